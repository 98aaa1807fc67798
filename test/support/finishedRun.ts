import { join } from 'node:path';
import { trainRun } from '../../src/trainer/trainRun.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from './tinyWorkspace.ts';

/**
 * Trains the first run of a recipe in a folder with a tiny model and 60 rows (see writeTinyWorkspace), under `runs` there; returns its
 * folder. `stop`: it is stopped before the first step.
 */
export async function finishedRun(dir: string, { recipe = tinyRecipe, stop = false } = {}): Promise<string> {
  const path = await writeTinyWorkspace(dir, { recipe });
  const runDir = await queueTinyRun(path, join(dir, 'runs'));
  await trainRun(runDir, { stop: () => stop, checkpoint: () => false }, {});
  return runDir;
}
