import { readFile, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from 'vitest';
import { createRun } from '../../../src/runs/createRun.ts';
import { listRuns } from '../../../src/runs/runFolder.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { writeResolved } from '../../../src/recipe/resolved.ts';
import { withPaths } from '../../../src/recipe/resolved.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { cardLockFile } from '../../../src/trainer/cardLock.ts';
import { launchTrainer, type LaunchOptions } from '../../../src/trainer/launch.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = pathToFileURL(join(import.meta.dirname, '../../../dist/trainer.js'));

/** A run that is to have a graphics card, in a runs folder of its own; its steps are computed on the processor. */
async function folderWithRun(executor: string): Promise<string> {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir);
  const text = tinyRecipe.replace('num_train_epochs: 3', "max_steps: 200\n  eval_strategy: 'no'");
  const [configuration] = parseRecipe(text, 'tiny.peft.yaml').recipe!.configurations;
  const recipeText = writeResolved(
    withPaths(configuration, (path) => resolve(dir, path)),
    0,
  );
  const run = { recipeText, recipeName: 'tiny', variant: 'tiny', seed: 0, now: new Date(), executor };
  await createRun(join(dir, 'runs'), run);
  return join(dir, 'runs');
}

function train(runsDir: string, env: NodeJS.ProcessEnv, options: LaunchOptions = {}): Promise<void> {
  const trainer = launchTrainer(runsDir, env, { ...options, program });
  return new Promise((done) => trainer.once('exit', done));
}

async function finished(runsDir: string) {
  const [run] = await listRuns(runsDir);
  if (run.status !== 'finished') throw new Error(`${run.id} is ${run.status}`);
  return { dir: run.dir, start: Date.parse(run.record.startedAt!), end: Date.parse(run.record.endedAt!) };
}

/** Two processes at once, each with a folder of its own, of one user. */
async function both(executors: readonly [string, string], options: LaunchOptions = {}, more = [{}, {}]) {
  const env = { ...process.env, XDG_CACHE_HOME: temporaryFolder() };
  const folders = [await folderWithRun(executors[0]), await folderWithRun(executors[1])];
  await Promise.all(folders.map((folder, i) => train(folder, { ...env, ...more[i] }, options)));
  const [first, second] = (await Promise.all(folders.map(finished))).sort((a, b) => a.start - b.start);
  return { env, folders, first, second, areApart: first.end <= second.start };
}

const card = ['onnx-webgpu', 'onnx-webgpu'] as const;

it('two runs on one graphics card train one after the other, in whichever folder they are', async () => {
  const { env, folders, second, areApart } = await both(card);
  expect(areApart).toBe(true);
  expect(await readFile(runPaths(second.dir).log, 'utf8')).toMatch(
    /^\S+ waits for the graphics card, on which another run trains\n/,
  );
  // Nothing is left of the right to the card, nor of waiting.
  expect(await readdir(join(cardLockFile('0', env), '..'))).toEqual([]);
  for (const folder of folders)
    expect((await readdir(folder)).includes('.slots') ? await readdir(join(folder, '.slots')) : []).toEqual(
      [],
    );
});

it.each<[what: string, ...args: Parameters<typeof both>]>([
  ['where they are told to share it', card, { shareDevice: true }],
  [
    'with a card each',
    ['tensorflow', 'tensorflow'],
    {},
    [{ CUDA_VISIBLE_DEVICES: '0' }, { CUDA_VISIBLE_DEVICES: '1' }],
  ],
  ['on the processor', ['onnx-cpu', 'onnx-cpu']],
])('they train beside each other %s', async (_, ...args) => {
  expect((await both(...args)).areApart).toBe(false);
});
