import type { ExecutorId } from '../engine/executor.ts';
import { messageOf } from '../core/errors.ts';
import { askTrainer } from './launch.ts';
import { trialIn, type Trial, type TrialRequest } from './trial.ts';

/** Most a trial may take: a large model on a slow device then counts as one that gave no step. */
const LIMIT_MS = 90_000;

export interface TryOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  readonly limitMs?: number;
  /** Steps of a small model are timed, where there is no recipe. */
  readonly measure?: boolean;
}

/** Tries an executor in a process of its own, with a training step of a recipe or of a small model, or with a product of matrices alone. Never throws for what befalls it. @throws the signal's reason */
export async function tryExecutor(
  executor: ExecutorId,
  recipe: string | undefined,
  { env, signal, limitMs = LIMIT_MS, measure }: TryOptions,
): Promise<Trial> {
  const request: TrialRequest = { executor, recipe, measure };
  const input = JSON.stringify(request);
  const asked = await askTrainer(['--try'], { env, input, limitMs, signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    return { refused: messageOf(error) };
  });
  if ('refused' in asked) return { works: false, fault: `its process cannot be started: ${asked.refused}` };
  const { stdout, stderr, isLate } = asked;
  const trial = trialIn(stdout);
  if (trial !== undefined) return trial;
  if (isLate) return { works: false, fault: `no answer within ${limitMs / 1000} s` };
  const said = stderr.trim().split('\n').at(-1);
  return { works: false, fault: `its process crashed${said ? `: ${said}` : ''}` };
}
