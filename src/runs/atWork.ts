import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { lockFileState, lockState } from './lock.ts';
import { slotsFolder } from './runPaths.ts';

/** Whether a process works on a runs folder, so that what waits there is trained: it holds a slot, or one of the runs. */
export async function isAnyoneAtWork(runsDir: string, runDirs: readonly string[]): Promise<boolean> {
  const slots = slotsFolder(runsDir);
  const names = await readdir(slots).catch((): string[] => []);
  for (const name of names) if ((await lockFileState(join(slots, name))) === 'held') return true;
  for (const dir of runDirs) if ((await lockState(dir)) === 'held') return true;
  return false;
}
