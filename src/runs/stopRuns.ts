import { request } from './control.ts';
import { readRun } from './runFolder.ts';
import { isStoppable } from './runState.ts';
import { unqueue } from './unqueue.ts';

/** What became of a run that was to stop: it waits no more, it was asked to end with a checkpoint, or there was nothing to stop. */
export type Stopped = 'unqueued' | 'asked' | 'idle';

/** Asks runs at work to end with a checkpoint, and takes those that wait out of the queue; all can be resumed. By run folder. */
export async function stopRuns(dirs: readonly string[]): Promise<Map<string, Stopped>> {
  const outcome = new Map<string, Stopped>();
  // All that wait first: a trainer whose run stops would go on with the next.
  for (const dir of dirs) if (await unqueue(dir)) outcome.set(dir, 'unqueued');
  for (const dir of dirs) {
    if (outcome.has(dir)) continue;
    // Unless it has ended meanwhile: a request that nobody takes would stop its next session.
    const isAtWork = isStoppable(await readRun(dir));
    if (isAtWork) await request(dir, 'stop');
    outcome.set(dir, isAtWork ? 'asked' : 'idle');
  }
  return outcome;
}
