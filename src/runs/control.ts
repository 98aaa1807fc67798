import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runPaths } from './runPaths.ts';

/** What anybody may ask of a run: end with a checkpoint, or write one and go on. */
export const requests = ['stop', 'checkpoint'] as const;
export type Request = (typeof requests)[number];

/** Asks: creates an empty file in `control/`. @throws system error ENOENT if the run folder is gone */
export async function request(runDir: string, what: Request): Promise<void> {
  const { control } = runPaths(runDir);
  // Not recursive: a run folder that vanished stays so.
  await mkdir(control).catch(unless('EEXIST'));
  await (await open(join(control, what), 'a')).close();
}

/** Requests that wait; other files in the folder are ignored. */
export async function pending(runDir: string): Promise<Request[]> {
  const names = (await readdir(runPaths(runDir).control).catch(unless('ENOENT'))) ?? [];
  return requests.filter((what) => names.includes(what));
}

/** Takes a request back, or marks it as done. */
export async function clear(runDir: string, what: Request): Promise<void> {
  await rm(join(runPaths(runDir).control, what), { force: true });
}

const unless =
  (expected: string) =>
  (error: NodeJS.ErrnoException): undefined => {
    if (error.code !== expected) throw error;
  };
