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

async function claimSlot(runsDir: string, count: number): Promise<Lock | undefined> {
  const folder = slotsFolder(runsDir);
  // Not recursive: a runs folder that vanished stays so.
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  for (let i = 0; i < count; i++) {
    const slot = await claimFile(join(folder, `${i}.lock`));
    if (slot !== undefined) return slot;
  }
  return undefined;
}
