import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { trainRun } from '../../src/trainer/trainRun.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from './tinyWorkspace.ts';

/**
 * Trains the first run of a recipe in an empty folder that gets a tiny model and 60 rows (see writeTinyWorkspace); returns the folder of
 * the run, in `runs`. `stop` is asked before each step.
 */
export async function trainedRun(
  dir: string,
  { recipe = tinyRecipe, stop = (): boolean => false } = {},
): Promise<string> {
  const path = await writeTinyWorkspace(dir, { recipe });
  const runDir = await queueTinyRun(path, join(dir, 'runs'));
  await trainRun(runDir, { stop, checkpoint: () => false }, {});
  return runDir;
}

/** One finished run for all tests of a file; its recipe pools as the model does, so that it can be exported. */
export function sharedRun(): { readonly dir: string; readonly runDir: string } {
  const shared = { dir: '', runDir: '' };
  beforeAll(async () => {
    shared.dir = await mkdtemp(join(tmpdir(), 'peft-workbench-'));
    shared.runDir = await trainedRun(shared.dir, { recipe: tinyRecipe.replace('mean', 'model') });
  });
  afterAll(() => rm(shared.dir, { recursive: true, force: true }));
  return shared;
}
