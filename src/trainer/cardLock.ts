import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { ownCache } from '../facts/machineSpeed.ts';
import { holdFile, type HeldFile } from '../runs/heldFile.ts';
import { lockFileState } from '../runs/lock.ts';

/** A card of this machine, which this process has for itself until it gives it back. */
export type HeldCard = HeldFile;

/**
 * Takes a graphics card; undefined where another training process of this user has it, in whichever runs folder. The right lies in a file that
 * goes stale like any lock. @throws system error where none can be made
 */
export async function claimCard(card: string, env: Environment): Promise<HeldCard | undefined> {
  const file = cardLockFile(card, env);
  await mkdir(dirname(file), { recursive: true });
  return holdFile(file);
}

/** Whether another has it now, without taking it. What is wrong with a lock that cannot be read shows when it is to be taken. */
export async function isCardTaken(card: string, env: Environment): Promise<boolean> {
  const state = await lockFileState(cardLockFile(card, env)).catch(() => 'free');
  return state === 'held';
}

/** A home folder may be that of several machines. */
export function cardLockFile(card: string, env: Environment): string {
  const name = `${hostname()}-${card}`.replace(/[^\w.-]+/g, '-');
  return join(ownCache(env), 'cards', `${name}.lock`);
}
