// What the search and the final runs have in common: the recipe, its data, and the queue that trains it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));
export const recipeName = 'unified.peft.yaml';
const recipe = join(root, 'recipes', recipeName);
const written = parse(readFileSync(recipe, 'utf8'));
export const { seeds } = written;
/** Names in the recipe's order, with their `learning_rate_scale`. */
export const variants = Object.entries(written.variants).map(([name, { training }]) => ({
  name,
  scale: training?.learning_rate_scale ?? 1,
}));

/** Puts the data of `node SCRIPT FOLDER` where the recipe looks for it. */
export function placeData() {
  const source = process.argv[2];
  if (source === undefined) throw new Error('expected the folder that holds train.tsv and dev.tsv');
  const data = join(root, '.cache/data/mr');
  mkdirSync(data, { recursive: true });
  copyFileSync(join(source, 'train.tsv'), join(data, 'train.tsv'));
  copyFileSync(join(source, 'dev.tsv'), join(data, 'test.tsv'));
}

export function cli(...args) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 };
  return execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args], options);
}

/** Trains in a folder what these lists of arguments say, in this order, two runs at a time; where runs are there already, goes on with those. */
export async function trained(name, ...trainings) {
  const dir = join(root, '.cache/results', name);
  if (!existsSync(dir) || readdirSync(dir).length === 0) {
    mkdirSync(dir, { recursive: true });
    for (const args of trainings)
      cli('train', recipe, ...args, '--runs', dir, '--detach', '--concurrency', '2');
  }
  // Between two runs nobody works for a moment.
  for (let idle = 0; ;) {
    const runs = runsIn(dir).filter(({ status }) => status !== 'finished');
    if (runs.length === 0) return runsIn(dir);
    const failed = runs.find(({ status }) => status === 'failed' || status === 'unreadable');
    if (failed) throw new Error(`${failed.dir}: ${failed.record?.failure ?? failed.problem}`);
    const active = runs.some(({ status }) => status === 'running' || status === 'stopping');
    idle = active ? 0 : idle + 1;
    if (idle === 3) for (const run of runs) cli('resume', run.dir, '--detach', '--concurrency', '2');
    if (idle === 3) idle = 0;
    await pause(10_000);
  }
}

function runsIn(dir) {
  return JSON.parse(cli('runs', dir, '--json'));
}
