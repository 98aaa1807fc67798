import { Worker } from 'node:worker_threads';
import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import { cardOf } from '../engine/devices.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { clear, pending } from '../runs/control.ts';
import { claim, heartbeatMs, lockState, release, touch, type Lock } from '../runs/lock.ts';
import { queuedRuns } from '../runs/runFolder.ts';
import { openRunLog } from '../runs/runLog.ts';
import { runPaths } from '../runs/runPaths.ts';
import { readRunRecord, writeRunRecord, type RunRecord } from '../runs/runRecord.ts';
import { claimCard, type HeldCard } from './cardLock.ts';
import { readCard, sharedReadings } from './cardReadings.ts';
import { raise, sharedRequests } from './requests.ts';
import { asWaiting, inSlot } from './slots.ts';
import type { WorkerData } from './worker.ts';

const CONTROL_POLL_MS = 200;
const CARD_POLL_MS = 500;

export interface DrainOptions {
  /** The built program of the training thread. */
  readonly worker: URL;
  readonly signal: AbortSignal;
  /** How many drainers with this limit may work on the folder at once; none: this one works in any case. */
  readonly concurrency?: number;
  /** Runs on one graphics card train beside each other; else one after the other. */
  readonly shareDevice?: boolean;
  readonly env: NodeJS.ProcessEnv;
}

/**
 * Trains the queued runs of a folder, one after the other, until none is left, the others fill the limit, or `signal` asks for an end.
 * No run is stranded: who finds no slot leaves a run to those that hold them, and each of them looks at the queue once more after it
 * gave its slot back.
 */
export async function drain(runsDir: string, options: DrainOptions): Promise<void> {
  const { signal, concurrency } = options;
  const queue: Queue = { ...options, runsDir, unusable: new Set(), told: new Set() };
  const always = () => Promise.resolve(true);
  if (concurrency === undefined) return drainQueue(queue, always);
  while (!signal.aborted && (await isAnyWaiting(queue))) {
    const hadSlot = await inSlot(runsDir, concurrency, (isHeld) => drainQueue(queue, isHeld));
    if (!hadSlot) return;
  }
}

interface Queue extends DrainOptions {
  readonly runsDir: string;
  /** Runs that could not be claimed. */
  readonly unusable: Set<string>;
  /** Runs whose logs say that they wait for a card. */
  readonly told: Set<string>;
}

interface Claimed {
  readonly runDir: string;
  readonly lock: Lock;
  readonly card?: HeldCard;
  /** Index or UUID of the card that the run computes on. */
  readonly cardId?: string;
}

async function drainQueue(queue: Queue, mayGoOn: () => Promise<boolean>): Promise<void> {
  for (;;) {
    const claimed = !queue.signal.aborted && (await mayGoOn()) ? await claimNext(queue) : 'none';
    if (claimed === 'none') return;
    if (claimed === 'card') {
      await asWaiting(queue.runsDir, () => pause(CARD_POLL_MS));
      continue;
    }
    try {
      await attend(claimed, queue);
      await release(claimed.lock);
    } catch (error) {
      // One run that cannot even be recorded (a full disk, a folder that is gone) does not strand those that wait.
      process.stderr.write(`${claimed.runDir}: ${messageOf(error)}\n`);
    } finally {
      await claimed.card?.giveBack();
    }
  }
}

/** Whether a run waits that nobody has claimed. */
async function isAnyWaiting({ runsDir, unusable }: Queue): Promise<boolean> {
  for (const { dir } of await queuedRuns(runsDir)) {
    if (!unusable.has(dir) && (await lockState(dir)) !== 'held') return true;
  }
  return false;
}

/**
 * Another drainer may be quicker: then the next one. A folder that cannot be claimed in does not strand those behind it, nor does a run whose
 * graphics card another has; `card` where only such runs wait.
 */
async function claimNext(queue: Queue): Promise<Claimed | 'card' | 'none'> {
  const { runsDir, unusable } = queue;
  let found: 'card' | 'none' = 'none';
  for (const { dir } of await queuedRuns(runsDir)) {
    if (unusable.has(dir)) continue;
    try {
      const lock = await claim(dir);
      if (lock === undefined) continue;
      const read = await readRunRecord(dir);
      if ('record' in read && read.record.status === 'queued') {
        const cardId = cardIdOf(read.record, queue);
        if (cardId === undefined) return { runDir: dir, lock };
        if (queue.shareDevice === true) return { runDir: dir, lock, cardId };
        const card = await claimCard(cardId, queue.env);
        if (card !== undefined) return { runDir: dir, lock, card, cardId };
        found = 'card';
        tellOfCard(dir, queue);
      }
      await release(lock);
    } catch (error) {
      unusable.add(dir);
      process.stderr.write(`${dir}: ${messageOf(error)}\n`);
    }
  }
  return found;
}

/** The card that a run computes on, where it does so on one. */
function cardIdOf({ executor }: RunRecord, { env }: Queue): string | undefined {
  const isKnown = executor !== undefined && Object.hasOwn(executors, executor);
  return isKnown ? cardOf(executor as ExecutorId, env) : undefined;
}

/** Once, in the log of a run that this process has claimed for the moment. */
function tellOfCard(runDir: string, { told }: Queue): void {
  if (told.has(runDir)) return;
  told.add(runDir);
  const log = openRunLog(runPaths(runDir).log);
  log.write(`${new Date().toISOString()} waits for the graphics card, on which another run trains\n`);
  log.close();
}

/** Runs the worker thread, and meanwhile keeps the lock fresh and passes requests on. */
async function attend(
  { runDir, lock, cardId }: Claimed,
  { worker: workerFile, signal, env }: Queue,
): Promise<void> {
  const requests = sharedRequests();
  const readings = sharedReadings();
  const data: WorkerData = { runDir, requests, readings };
  const worker = new Worker(workerFile, { workerData: data });
  const endReading = cardId === undefined ? undefined : readCard(cardId, env, readings);
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
    endReading?.();
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
