import { once } from 'node:events';
import { touch } from '../runs/lock.ts';
import { readRunRecord } from '../runs/runRecord.ts';
import { isActive } from '../runs/runState.ts';
import { attend, markFailed, type Attended, type AttendOptions } from './attend.ts';
import { launchAttendant } from './launch.ts';
import type { CardLeft } from './worker.ts';

/** What a trainer is sent that has one run to attend to. */
interface Errand extends Attended {
  readonly worker: string;
}

const STOP = 'stop';
const CARD_LEFT: CardLeft = 'card left';

/**
 * Attends to a run in a process of its own. Drivers and libraries of graphics cards give memory back when a process ends, and a device that
 * was lost is lost for the process: neither may reach the next run.
 */
export async function attendInOwnProcess(
  { runDir, lock, cardId }: Attended,
  { worker, signal, env, onCardLeft }: AttendOptions,
): Promise<void> {
  const child = launchAttendant(env);
  const ended = once(child, 'exit') as Promise<[code: number | null, killedBy: string | null]>;
  child.on('message', (message) => {
    if (message === CARD_LEFT) onCardLeft?.();
  });
  const stop = () => send(child, STOP);
  signal.addEventListener('abort', stop);
  const errand: Errand = { runDir, lock, cardId, worker: worker.href };
  send(child, errand);
  if (signal.aborted) stop();
  const fault = await ended.then(
    ([code, killedBy]) =>
      code === 0
        ? undefined
        : new Error(`the process that trained it ended with ${killedBy ?? `status ${code}`}`),
    (error: unknown) => error,
  );
  signal.removeEventListener('abort', stop);
  if (fault === undefined || !(await touch(lock))) return;
  // What native libraries do at the end of a process is nothing to a run that has ended.
  const read = await readRunRecord(runDir);
  if ('record' in read && isActive(read.record)) await markFailed(runDir, fault);
}

/** `trainer --attend`: attends to the run that its parent sends, stops as it is told, and dies with it. */
export async function attendErrand(end: AbortController): Promise<never> {
  // Nobody else may write in the run's folder while this process lives, and without its parent the run's lock is lost.
  process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  const errand = await new Promise<Errand>((come) =>
    process.on('message', (message) => (message === STOP ? end.abort() : come(message as Errand))),
  );
  await attend(errand, {
    worker: new URL(errand.worker),
    signal: end.signal,
    env: process.env,
    onCardLeft: () => process.send?.(CARD_LEFT),
  });
  // What native libraries do at the end of a process is not waited for.
  process.exit(0);
}

/** One that has died does not listen. */
function send(child: ReturnType<typeof launchAttendant>, message: Errand | typeof STOP): void {
  child.send(message, () => undefined);
}
