import { Worker } from 'node:worker_threads';
import { messageOf } from '../core/errors.ts';
import { clear, pending } from '../runs/control.ts';
import { heartbeatMs, touch, type Lock } from '../runs/lock.ts';
import { readRunRecord, writeRunRecord } from '../runs/runRecord.ts';
import { readCard, sharedReadings } from './cardReadings.ts';
import { raise, sharedRequests } from './requests.ts';
import type { CardLeft, WorkerData } from './worker.ts';

const CONTROL_POLL_MS = 200;

/** A claimed run. */
export interface Attended {
  readonly runDir: string;
  readonly lock: Lock;
  /** Index or UUID of the card that the run computes on. */
  readonly cardId?: string;
}

export interface AttendOptions {
  /** The built program of the training thread. */
  readonly worker: URL;
  readonly signal: AbortSignal;
  readonly env: NodeJS.ProcessEnv;
  /** Told when the run goes on without its card. */
  onCardLeft?(): void;
}

/** Runs the worker thread, and meanwhile keeps the lock fresh and passes requests on. */
export async function attend(
  { runDir, lock, cardId }: Attended,
  { worker: workerFile, signal, env, onCardLeft }: AttendOptions,
): Promise<void> {
  const requests = sharedRequests();
  const readings = sharedReadings();
  const data: WorkerData = { runDir, requests, readings };
  const worker = new Worker(workerFile, { workerData: data });
  const endReading = cardId === undefined ? undefined : readCard(cardId, env, readings);
  worker.on('message', (message: CardLeft) => {
    if (message !== 'card left') return;
    endReading?.();
    onCardLeft?.();
  });
  const stop = () => raise(requests, 'stop');
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
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
    endReading?.();
  }
}

async function passOn(runDir: string, requests: SharedArrayBuffer): Promise<void> {
  for (const what of await pending(runDir)) {
    raise(requests, what);
    await clear(runDir, what);
  }
}

/** For whoever trained and could not even record its own failure; where the folder is gone there is nothing to record in. */
export async function markFailed(runDir: string, error: unknown): Promise<void> {
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
