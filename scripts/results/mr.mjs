// What the search and the final runs have in common: the recipe, its data, and the queue that trains it.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
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

const QUEUED = ['--detach', '--concurrency', '2'];

/** Trains these variants with these seeds in a folder, one seed after the other, two runs at a time; goes on with the runs that are there. */
export async function trained(name, wantedSeeds, settings = []) {
  const dir = join(root, '.cache/results', name);
  keepRecipe(dir);
  const has = new Set(runsIn(dir).map(({ record }) => keyOf(record)));
  const wanted = wantedSeeds.flatMap((seed) => variants.map(({ name: variant }) => ({ variant, seed })));
  for (const run of wanted.filter((each) => !has.has(keyOf(each)))) {
    const { variant, seed } = run;
    cli('train', recipe, '--variant', variant, '--seed', String(seed), ...settings, '--runs', dir, ...QUEUED);
  }
  // Between two runs nobody works for a moment.
  for (let idle = 0; ;) {
    const all = runsIn(dir).filter(({ record }) => wantedSeeds.includes(record.seed));
    const runs = all.filter(({ status }) => status !== 'finished');
    if (runs.length === 0) return all;
    const failed = runs.find(({ status }) => status === 'failed');
    if (failed) throw new Error(`${failed.dir}: ${failed.record.failure}`);
    const active = runs.some(({ status }) => status === 'running' || status === 'stopping');
    idle = active ? 0 : idle + 1;
    if (idle === 3) {
      for (const run of runs) cli('resume', run.dir, ...QUEUED);
      idle = 0;
    }
    await pause(10_000);
  }
}

/** Runs of another text of the recipe are not mixed with those of this one. */
function keepRecipe(dir) {
  const kept = join(dir, '.recipe.peft.yaml');
  mkdirSync(dir, { recursive: true });
  if (!existsSync(kept)) copyFileSync(recipe, kept);
  if (readFileSync(kept, 'utf8') !== readFileSync(recipe, 'utf8'))
    throw new Error(`${dir} holds runs of another recipe: remove it, or put the recipe back`);
}

function keyOf({ variant, seed }) {
  return `${seed} ${variant}`;
}

function runsIn(dir) {
  const runs = JSON.parse(cli('runs', dir, '--json'));
  const unreadable = runs.find(({ status }) => status === 'unreadable');
  if (unreadable) throw new Error(`${unreadable.dir}: ${unreadable.problem}`);
  return runs;
}
