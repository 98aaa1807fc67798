import { Worker } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { clear, pending } from '../runs/control.ts';
import { claim, heartbeatMs, lockState, release, touch, type Lock } from '../runs/lock.ts';
import { queuedRuns } from '../runs/runFolder.ts';
import { readRunRecord, writeRunRecord } from '../runs/runRecord.ts';
import { raise, sharedRequests } from './requests.ts';
import { inSlot } from './slots.ts';
import type { WorkerData } from './worker.ts';

const CONTROL_POLL_MS = 200;

export interface DrainOptions {
  /** The built program of the training thread. */
  readonly worker: URL;
  readonly signal: AbortSignal;
  /** How many drainers with this limit may work on the folder at once; none: this one works in any case. */
  readonly concurrency?: number;
}

/**
 * Trains the queued runs of a folder, one after the other, until none is left, the others fill the limit, or `signal` asks for an end.
 * No run is stranded: who finds no slot leaves a run to those that hold them, and each of them looks at the queue once more after it
 * gave its slot back.
 */
export async function drain(runsDir: string, { worker, signal, concurrency }: DrainOptions): Promise<void> {
  const unusable = new Set<string>();
  const always = () => Promise.resolve(true);
  if (concurrency === undefined) return drainQueue(runsDir, unusable, worker, signal, always);
  while (!signal.aborted && (await isAnyWaiting(runsDir, unusable))) {
    const hadSlot = await inSlot(runsDir, concurrency, (isHeld) =>
      drainQueue(runsDir, unusable, worker, signal, isHeld),
    );
    if (!hadSlot) return;
  }
}

async function drainQueue(
  runsDir: string,
  unusable: Set<string>,
  worker: URL,
  signal: AbortSignal,
  mayGoOn: () => Promise<boolean>,
): Promise<void> {
  for (;;) {
    const claimed = !signal.aborted && (await mayGoOn()) ? await claimNext(runsDir, unusable) : undefined;
    if (claimed === undefined) return;
    try {
      await attend(claimed.runDir, claimed.lock, worker, signal);
      await release(claimed.lock);
    } catch (error) {
      // One run that cannot even be recorded (a full disk, a folder that is gone) does not strand those that wait.
      process.stderr.write(`${claimed.runDir}: ${messageOf(error)}\n`);
    }
  }
}

/** Whether a run waits that nobody has claimed. */
async function isAnyWaiting(runsDir: string, unusable: ReadonlySet<string>): Promise<boolean> {
  for (const { dir } of await queuedRuns(runsDir)) {
    if (!unusable.has(dir) && (await lockState(dir)) !== 'held') return true;
  }
  return false;
}

/** Another drainer may be quicker: then the next one. A folder that cannot be claimed in does not strand those behind it. */
async function claimNext(
  runsDir: string,
  unusable: Set<string>,
): Promise<{ runDir: string; lock: Lock } | undefined> {
  for (const { dir } of await queuedRuns(runsDir)) {
    if (unusable.has(dir)) continue;
    try {
      const lock = await claim(dir);
      if (lock === undefined) continue;
      const read = await readRunRecord(dir);
      if ('record' in read && read.record.status === 'queued') return { runDir: dir, lock };
      await release(lock);
    } catch (error) {
      unusable.add(dir);
      process.stderr.write(`${dir}: ${messageOf(error)}\n`);
    }
  }
  return undefined;
}

/** Runs the worker thread, and meanwhile keeps the lock fresh and passes requests on. */
async function attend(runDir: string, lock: Lock, workerFile: URL, signal: AbortSignal): Promise<void> {
  const requests = sharedRequests();
  const data: WorkerData = { runDir, requests };
  const worker = new Worker(workerFile, { workerData: data });
  const stop = () => raise(requests, 'stop');
  signal.addEventListener('abort', stop);
  // A run folder that vanished shows when the worker writes; the watch itself does not fail for it.
  let taken = false;
  const heartbeat = setInterval(() => {
    void touch(lock)
      .then((held) => {
        // This process slept for so long that another took the run over: it must not write any more.
        if (!held) taken = true;
        return held ? undefined : worker.terminate();
      })
      .catch(() => undefined);
  }, heartbeatMs);
  const control = setInterval(() => void passOn(runDir, requests).catch(() => undefined), CONTROL_POLL_MS);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('exit', (code) =>
        code === 0 ? resolve() : reject(new Error(`the training thread ended with status ${code}`)),
      );
    });
  } catch (error) {
    if (!taken) await markFailed(runDir, error);
  } finally {
    signal.removeEventListener('abort', stop);
    clearInterval(heartbeat);
    clearInterval(control);
  }
}

async function passOn(runDir: string, requests: SharedArrayBuffer): Promise<void> {
  for (const what of await pending(runDir)) {
    raise(requests, what);
    await clear(runDir, what);
  }
}

/** For a worker that could not even record its own failure; where the folder is gone there is nothing to record in. */
async function markFailed(runDir: string, error: unknown): Promise<void> {
  const failure = messageOf(error);
  process.stderr.write(`${runDir}: ${failure}\n`);
  const read = await readRunRecord(runDir);
  if ('record' in read) {
    await writeRunRecord(runDir, {
      ...read.record,
      status: 'failed',
      phase: undefined,
      endedAt: new Date().toISOString(),
      failure,
    });
  }
}
