import { Worker } from 'node:worker_threads';
import type { RecipePlace } from '../facts/recipePlace.ts';
import type { PlanResult } from '../protocol/language.ts';

/** What the planner is given: plain data, since it crosses to another thread. */
export interface PlanTask {
  readonly text: string;
  readonly fileName: string;
  readonly place: RecipePlace;
  /** All where it is absent or empty. */
  readonly variants?: readonly string[];
}

/**
 * Plans in a thread of its own; aborting ends the thread.
 * @param planner the thread's program: planner.ts as it is built
 * @throws the signal's reason where it was aborted; Error where the planner failed
 */
export async function planInThread(planner: URL, task: PlanTask, signal?: AbortSignal): Promise<PlanResult> {
  signal?.throwIfAborted();
  // Its output goes nowhere: standard output may carry the protocol.
  const worker = new Worker(planner, { workerData: task, stdout: true });
  try {
    return await new Promise<PlanResult>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      worker.once('message', resolve);
      worker.once('error', reject);
      worker.once('exit', (code) => reject(new Error(`the planner ended without a plan, status ${code}`)));
    });
  } finally {
    await worker.terminate();
  }
}
