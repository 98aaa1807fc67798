import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../core/errors.ts';
import { cardOf } from '../engine/devices.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { claim, lockState, release } from '../runs/lock.ts';
import { queuedRuns } from '../runs/runFolder.ts';
import { openRunLog } from '../runs/runLog.ts';
import { runPaths } from '../runs/runPaths.ts';
import { readRunRecord, type RunRecord } from '../runs/runRecord.ts';
import { attend, markFailed, type Attended } from './attend.ts';
import { claimCard, isCardTaken, type HeldCard } from './cardLock.ts';
import { cardLockUnusable } from './errors.ts';
import { attendInOwnProcess } from './ownProcess.ts';
import { asWaiting, inSlot } from './slots.ts';

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

interface Claimed extends Attended {
  /** None where runs share it. */
  readonly card?: HeldCard;
}

async function drainQueue(queue: Queue, mayGoOn: () => Promise<boolean>): Promise<void> {
  const next = async () =>
    !queue.signal.aborted && (await mayGoOn()) ? await claimNext(queue) : ('none' as const);
  for (;;) {
    let found = await next();
    if (found === 'card') found = await asWaiting(queue.runsDir, () => afterWaiting(next));
    if (found === 'none') return;
    try {
      await train(found, queue);
      await release(found.lock);
    } catch (error) {
      // One run that cannot even be recorded (a full disk, a folder that is gone) does not strand those that wait.
      process.stderr.write(`${found.runDir}: ${messageOf(error)}\n`);
    } finally {
      await giveBack(found.card);
    }
  }
}

/** The first answer that is not `card`. */
async function afterWaiting(next: () => Promise<Next>): Promise<Exclude<Next, 'card'>> {
  for (;;) {
    await pause(CARD_POLL_MS);
    const found = await next();
    if (found !== 'card') return found;
  }
}

function train(claimed: Claimed, { worker, signal, env }: Queue): Promise<void> {
  if (claimed.cardId === undefined) return attend(claimed, { worker, signal, env });
  const onCardLeft = () => void giveBack(claimed.card);
  return attendInOwnProcess(claimed, { worker, signal, env, onCardLeft });
}

/** A lock that cannot be removed goes stale. */
async function giveBack(card: HeldCard | undefined): Promise<void> {
  await card
    ?.giveBack()
    .catch((error: unknown) => process.stderr.write(`graphics card: ${messageOf(error)}\n`));
}

/** Whether a run waits that nobody has claimed. */
async function isAnyWaiting({ runsDir, unusable }: Queue): Promise<boolean> {
  for (const { dir } of await queuedRuns(runsDir)) {
    if (!unusable.has(dir) && (await lockState(dir)) !== 'held') return true;
  }
  return false;
}

/** A run; or `card` where only such wait whose graphics card another run has. */
type Next = Claimed | 'card' | 'none';

/**
 * Another drainer may be quicker: then the next one. A folder that cannot be claimed in does not strand those behind it, nor does a run whose
 * graphics card another has.
 */
async function claimNext(queue: Queue): Promise<Next> {
  const { runsDir, unusable } = queue;
  let found: 'card' | 'none' = 'none';
  for (const { dir, record } of await queuedRuns(runsDir)) {
    if (unusable.has(dir)) continue;
    try {
      const claimed = await claimRun(dir, record, queue);
      if (claimed === 'none') continue;
      if (claimed !== 'card') return claimed;
      found = 'card';
      tellOfCard(dir, queue);
    } catch (error) {
      unusable.add(dir);
      process.stderr.write(`${dir}: ${messageOf(error)}\n`);
    }
  }
  return found;
}

/** Claims a run that waits, and its card. One whose card is taken is left alone, so that whoever stops or resumes it finds it waiting. */
async function claimRun(runDir: string, waiting: RunRecord, queue: Queue): Promise<Next> {
  if ((await lockState(runDir)) === 'held') return 'none';
  const { env, shareDevice = false } = queue;
  const wanted = cardIdOf(waiting, queue);
  if (wanted !== undefined && !shareDevice && (await isCardTaken(wanted, env))) return 'card';
  const lock = await claim(runDir);
  if (lock === undefined) return 'none';
  let result: Next = 'none';
  try {
    const read = await readRunRecord(runDir);
    if ('record' in read && read.record.status === 'queued')
      result = await withCard({ runDir, lock, cardId: cardIdOf(read.record, queue) }, queue);
  } finally {
    if (result === 'none' || result === 'card') await release(lock);
  }
  return result;
}

async function withCard(claimed: Claimed, { env, shareDevice = false }: Queue): Promise<Next> {
  const { runDir, cardId } = claimed;
  if (cardId === undefined || shareDevice) return claimed;
  try {
    const card = await claimCard(cardId, env);
    return card === undefined ? 'card' : { ...claimed, card };
  } catch (error) {
    // It would wait for ever for what nobody gives back.
    const failure = cardLockUnusable(error);
    tell(runDir, failure.message);
    await markFailed(runDir, failure);
    return 'none';
  }
}

/** The card that a run computes on, where it does so on one. */
function cardIdOf({ executor }: RunRecord, { env }: Queue): string | undefined {
  const isKnown = executor !== undefined && Object.hasOwn(executors, executor);
  return isKnown ? cardOf(executor as ExecutorId, env) : undefined;
}

/** Once for each run. */
function tellOfCard(runDir: string, { told }: Queue): void {
  if (told.has(runDir)) return;
  told.add(runDir);
  tell(runDir, 'waits for the graphics card, on which another run trains');
}

/** A line in the log of a run that no thread trains yet. */
function tell(runDir: string, text: string): void {
  const log = openRunLog(runPaths(runDir).log);
  log.write(`${new Date().toISOString()} ${text}\n`);
  log.close();
}
