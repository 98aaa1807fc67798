import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { holdFile, type HeldFile } from '../runs/heldFile.ts';
import { claimFile, lockFileState, release } from '../runs/lock.ts';
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
  try {
    await work(() => slot.isHeld());
  } finally {
    await slot.giveBack();
  }
  return true;
}

/** Does `work` while a file beside the slots shows that this process will come to what waits, although it trains nothing now. */
export async function asWaiting<T>(runsDir: string, work: () => Promise<T>): Promise<T> {
  const folder = await madeFolder(runsDir);
  await removeLostSigns(folder);
  const sign = await holdFile(join(folder, `${SIGN}${process.pid}.lock`));
  try {
    return await work();
  } finally {
    await sign?.giveBack();
  }
}

const SIGN = 'waiting-';

/** Of processes that were killed while they waited: nobody else takes these files. */
async function removeLostSigns(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = join(folder, name);
    if (!name.startsWith(SIGN) || !name.endsWith('.lock') || (await lockFileState(file)) !== 'lost') continue;
    const lost = await claimFile(file);
    if (lost !== undefined) await release(lost);
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

async function claimSlot(runsDir: string, count: number): Promise<HeldFile | undefined> {
  const folder = await madeFolder(runsDir);
  for (let i = 0; i < count; i++) {
    const slot = await holdFile(join(folder, `${i}.lock`));
    if (slot !== undefined) return slot;
  }
  return undefined;
}
