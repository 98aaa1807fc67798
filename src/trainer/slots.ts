import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claimFile, heartbeatMs, release, touch, type Lock } from '../runs/lock.ts';
import { slotsFolder } from '../runs/runPaths.ts';

/**
 * Does `work` while this process holds one of the `count` slots of a runs folder, which limit how many runs are trained at once; false
 * where others hold them all. `isHeld` says whether the slot is still its own: a process that slept for long may lose it.
 */
export async function inSlot(
  runsDir: string,
  count: number,
  work: (isHeld: () => Promise<boolean>) => Promise<void>,
): Promise<boolean> {
  const slot = await claimSlot(runsDir, count);
  if (slot === undefined) return false;
  const heartbeat = setInterval(() => void touch(slot).catch(() => undefined), heartbeatMs);
  try {
    await work(() => touch(slot));
  } finally {
    clearInterval(heartbeat);
    await release(slot);
  }
  return true;
}

/** Does `work` while a file beside the slots shows that this process will come to what waits, although it trains nothing now. */
export async function asWaiting(runsDir: string, work: () => Promise<unknown>): Promise<void> {
  const sign = await claimFile(join(await madeFolder(runsDir), `waiting-${process.pid}.lock`));
  try {
    await work();
  } finally {
    if (sign !== undefined) await release(sign);
  }
}

/** Not recursive: a runs folder that vanished stays so. */
async function madeFolder(runsDir: string): Promise<string> {
  const folder = slotsFolder(runsDir);
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return folder;
}

async function claimSlot(runsDir: string, count: number): Promise<Lock | undefined> {
  const folder = await madeFolder(runsDir);
  for (let i = 0; i < count; i++) {
    const slot = await claimFile(join(folder, `${i}.lock`));
    if (slot !== undefined) return slot;
  }
  return undefined;
}
