import { randomUUID } from 'node:crypto';
import { open, rm, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { isJsonObject } from '../core/json.ts';
import { isAlive, processStart } from './processes.ts';
import { runPaths } from './runPaths.ts';
import type { RunStatus } from './runRecord.ts';
import { isTraining } from './runState.ts';

/** A right that one process holds, such as that to write in a run folder. */
export interface Lock {
  readonly path: string;
  readonly nonce: string;
}

export type LockState = 'free' | 'held' | 'lost';

/** The holder touches its lock this often. */
export const heartbeatMs = 2_000;
/** A lock that was not touched for so long is lost, even if its process exists. */
export const lostAfterMs = 30_000;

/**
 * Takes the lock of a run, also from a holder that is lost; undefined where another process holds it. Whoever got it
 * reads the run's record again before acting on it: it may have changed until then.
 */
export function claim(runDir: string): Promise<Lock | undefined> {
  return claimFile(runPaths(runDir).lock);
}

/** Takes the lock at any path, by the same rules. @throws system error ENOENT where its folder is not there */
export async function claimFile(path: string): Promise<Lock | undefined> {
  const created = await createExclusively(path);
  if (created !== undefined || stateOf(await read(path)) !== 'lost') return created;
  // A lost lock is removed only by the holder of a second lock beside it, who looks again before removing: otherwise the slower of two
  // takers would remove the lock that the faster has just created. That second lock can get lost the same way.
  const taking = await claimFile(`${path}.taking`);
  if (taking === undefined) return undefined;
  try {
    if (stateOf(await read(path)) === 'lost') await rm(path, { force: true });
    return await createExclusively(path);
  } finally {
    await release(taking);
  }
}

/** Renews the heartbeat. False: the lock was taken over, and its former holder must not write any more. */
export async function touch(lock: Lock): Promise<boolean> {
  if ((await read(lock.path))?.holder?.nonce !== lock.nonce) return false;
  const now = new Date();
  await utimes(lock.path, now, now);
  return true;
}

/** Gives the lock back, after the last write. Does nothing where it was taken over. */
export async function release(lock: Lock): Promise<void> {
  if ((await read(lock.path))?.holder?.nonce === lock.nonce) await rm(lock.path, { force: true });
}

export function lockState(runDir: string): Promise<LockState> {
  return lockFileState(runPaths(runDir).lock);
}

/** Of the lock at any path. */
export async function lockFileState(path: string): Promise<LockState> {
  return stateOf(await read(path));
}

/** Shown instead of the status: the record says that the run works, but nobody works on it. */
export function isLost(status: RunStatus, lock: LockState): boolean {
  return isTraining({ status }) && lock !== 'held';
}

interface Holder {
  pid: number;
  nonce: string;
  host: string;
  /** Where the system tells it: when the process started, against reuse of its id. */
  start?: string;
}

interface LockFile {
  /** Absent while, or because, the content is not there: the process may die between creating and writing. */
  holder?: Holder;
  touchedMs: number;
}

async function createExclusively(path: string): Promise<Lock | undefined> {
  const nonce = randomUUID();
  const holder: Holder = { pid: process.pid, nonce, host: hostname(), start: processStart(process.pid) };
  try {
    const file = await open(path, 'wx');
    try {
      await file.writeFile(JSON.stringify(holder));
    } finally {
      await file.close();
    }
    return { path, nonce };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return undefined;
    throw error;
  }
}

/** Time and content of one and the same file, although it may be replaced meanwhile. */
async function read(path: string): Promise<LockFile | undefined> {
  try {
    const file = await open(path, 'r');
    try {
      const { mtimeMs } = await file.stat();
      return { holder: parseHolder(await file.readFile('utf8')), touchedMs: mtimeMs };
    } finally {
      await file.close();
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (isJsonObject(value) && Number.isSafeInteger(value.pid) && typeof value.nonce === 'string') {
      return value as unknown as Holder;
    }
  } catch {
    // Empty or torn: its writer is about to finish, or died.
  }
  return undefined;
}

function stateOf(file: LockFile | undefined): LockState {
  if (file === undefined) return 'free';
  if (Date.now() - file.touchedMs > lostAfterMs) return 'lost';
  const { holder } = file;
  // Of a process on another machine, which shares this folder, only the heartbeat is known.
  if (holder === undefined || holder.host !== hostname()) return 'held';
  return isAlive(holder.pid, holder.start) ? 'held' : 'lost';
}
