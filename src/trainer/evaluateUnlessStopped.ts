import type { Example } from '../tasks/task.ts';
import type { Evaluation } from './evaluate.ts';
import type { Session } from './session.ts';

/** Evaluates, looking between batches whether a stop was asked for; then the result is undefined, and nothing has changed. */
export async function evaluateUnlessStopped(
  session: Session,
  examples: readonly Example[],
  requested: { stop(): boolean },
): Promise<Evaluation | undefined> {
  const stop = new Error('stop');
  try {
    return await session.evaluate(examples, () => {
      if (requested.stop()) throw stop;
    });
  } catch (error) {
    if (error === stop) return undefined;
    throw error;
  }
}
