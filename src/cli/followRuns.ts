import { setTimeout as pause } from 'node:timers/promises';
import { request } from '../runs/control.ts';
import { metricsTail, type MetricsLine } from '../runs/metricsLog.ts';
import { readRun, type Run } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import { unqueue } from '../runs/unqueue.ts';
import type { TrainerProcess } from '../trainer/launch.ts';
import { runVanished } from './errors.ts';
import type { QueuedRun } from './queueRuns.ts';

/** What happens to runs, told in order. */
export interface RunObserver {
  started(run: Run): void;
  /** Something changed: phase, step or summary. */
  progressed(run: Run): void;
  measured(run: Run, line: MetricsLine): void;
  ended(run: Run): void;
  /** The training process has ended while runs waited; they are taken out of the queue. */
  deserted(trainer: TrainerProcess): void;
}

const POLL_MS = 250;
/** How long a queued run may wait after its trainer ended: another drainer may be about to claim it. */
const GRACE_MS = 3000;

/**
 * Watches runs until each has ended, in the order in which they were queued; all knowledge comes from their folders. When `signal` is
 * aborted, those that wait are taken out of the queue, and the run at work is asked to stop with a checkpoint.
 * @throws RunFailure for a run whose folder vanished or cannot be read any more
 */
export async function followRuns(
  queued: readonly QueuedRun[],
  trainer: TrainerProcess,
  signal: AbortSignal,
  observer: RunObserver,
): Promise<Run[]> {
  const ended: Run[] = [];
  const dirs = queued.map(({ dir }) => dir);
  for (const i of dirs.keys()) ended.push(await followRun(dirs.slice(i), trainer, signal, observer));
  return ended;
}

/** Follows the first of the runs that have not ended. */
async function followRun(
  dirs: readonly string[],
  trainer: TrainerProcess,
  signal: AbortSignal,
  observer: RunObserver,
): Promise<Run> {
  const [dir] = dirs;
  const tail = metricsTail(runPaths(dir).metrics);
  let started = false;
  let asked = false;
  let shown = '';
  let desertedAtMs: number | undefined;
  for (;;) {
    const run = await readRun(dir);
    if ('problem' in run) throw runVanished(dir, run.problem);
    if (run.status === 'queued' && !isAlive(trainer)) desertedAtMs ??= performance.now();
    const isDeserted = desertedAtMs !== undefined && performance.now() - desertedAtMs > GRACE_MS;
    if (signal.aborted || isDeserted) {
      // All of them, and before the run at work is stopped: its trainer would go on with the next.
      let taken = 0;
      for (const waiting of dirs) if (await unqueue(waiting)) taken += 1;
      if (taken > 0 && !signal.aborted) observer.deserted(trainer);
    }
    if (run.status === 'running' && signal.aborted && !asked) {
      asked = true; // once: a second file would wait for the next session
      await request(dir, 'stop');
    }
    if (run.status !== 'queued' && run.record.startedAt !== undefined && !started) {
      started = true;
      observer.started(run);
    }
    for (let isAtEnd = false; !isAtEnd;) {
      const part = await tail();
      for (const line of part.lines) observer.measured(run, line);
      isAtEnd = part.isAtEnd;
    }
    const state = JSON.stringify(run.record);
    if (started && state !== shown) observer.progressed(run);
    shown = state;

    if (run.status !== 'queued' && run.status !== 'running' && run.status !== 'stopping') {
      observer.ended(run);
      return run;
    }
    await pause(POLL_MS);
  }
}

function isAlive({ exitCode, signalCode }: TrainerProcess): boolean {
  return exitCode === null && signalCode === null;
}
