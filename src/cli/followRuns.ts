import { setTimeout as pause } from 'node:timers/promises';
import { request } from '../runs/control.ts';
import { claim, release } from '../runs/lock.ts';
import { metricsTail, type MetricsLine } from '../runs/metricsLog.ts';
import { readRun, type Run } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import { writeRunRecord } from '../runs/runRecord.ts';
import type { TrainerProcess } from '../trainer/launch.ts';
import type { QueuedRun } from './queueRuns.ts';

/** What happens to runs, told in order. */
export interface RunObserver {
  started(run: Run): void;
  /** Something changed: phase, step or summary. */
  progressed(run: Run): void;
  measured(run: Run, line: MetricsLine): void;
  ended(run: Run): void;
}

const POLL_MS = 250;
/** How long a queued run may wait after its trainer ended: another drainer may be about to claim it. */
const GRACE_MS = 3000;

/**
 * Watches runs until each has ended, in the order in which they were queued; all knowledge comes from their folders. When `signal` is
 * aborted, the run at work is asked to stop with a checkpoint, and those that wait are taken out of the queue.
 */
export async function followRuns(
  queued: readonly QueuedRun[],
  trainer: TrainerProcess,
  signal: AbortSignal,
  observer: RunObserver,
): Promise<Run[]> {
  const ended: Run[] = [];
  for (const { dir } of queued) ended.push(await followRun(dir, trainer, signal, observer));
  return ended;
}

async function followRun(
  dir: string,
  trainer: TrainerProcess,
  signal: AbortSignal,
  observer: RunObserver,
): Promise<Run> {
  const tail = metricsTail(runPaths(dir).metrics);
  let started = false;
  let asked = false;
  let shown = '';
  let waitingSinceMs: number | undefined;
  for (;;) {
    const run = await readRun(dir);
    if ('problem' in run) throw new Error(`${dir}: ${run.problem}`);
    if (run.status === 'queued' && signal.aborted) await unqueue(dir);
    if (run.status === 'running' && signal.aborted && !asked) {
      asked = true; // once: a second file would wait for the next session
      await request(dir, 'stop');
    }
    if (run.status !== 'queued' && !started) observer.started(run);
    started ||= run.status !== 'queued';
    for (const line of await tail()) observer.measured(run, line);
    const state = JSON.stringify(run.record);
    if (started && state !== shown) observer.progressed(run);
    shown = state;

    if (run.status !== 'queued' && run.status !== 'running' && run.status !== 'stopping') {
      observer.ended(run);
      return run;
    }
    if (run.status === 'queued' && !isAlive(trainer)) {
      waitingSinceMs ??= performance.now();
      if (performance.now() - waitingSinceMs > GRACE_MS) {
        observer.ended(run);
        return run;
      }
    }
    await pause(POLL_MS);
  }
}

function isAlive({ exitCode, signalCode }: TrainerProcess): boolean {
  return exitCode === null && signalCode === null;
}

/** Takes a waiting run out of the queue; it can be resumed. */
async function unqueue(dir: string): Promise<void> {
  const lock = await claim(dir);
  if (lock === undefined) return;
  try {
    const run = await readRun(dir);
    if ('record' in run && run.record.status === 'queued') {
      await writeRunRecord(dir, { ...run.record, status: 'stopped', endedAt: new Date().toISOString() });
    }
  } finally {
    await release(lock);
  }
}
