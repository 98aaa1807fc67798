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

/** Trains these variants with these seeds in a folder, one seed after the other, two runs at a time; goes on with the runs that are there. */
export async function trained(name, wantedSeeds, settings = []) {
  const dir = join(root, '.cache/results', name);
  keepRecipe(dir);
  const has = new Set(runsIn(dir).map(({ record }) => keyOf(record)));
  const missing = wantedSeeds.flatMap((seed) => variants.map(({ name: variant }) => ({ variant, seed })));
  for (const run of missing.filter((each) => !has.has(keyOf(each))))
    cli('train', recipe, '--variant', run.variant, '--seed', String(run.seed), ...settings, ...queueIn(dir));
  // Between two runs nobody works for a moment.
  for (let idle = 0; ;) {
    const all = runsIn(dir).filter(({ record }) => wantedSeeds.includes(record.seed));
    const runs = all.filter(({ status }) => status !== 'finished');
    if (runs.length === 0) return all;
    const failed = runs.find(({ status }) => status === 'failed' || status === 'unreadable');
    if (failed) throw new Error(`${failed.dir}: ${failed.record?.failure ?? failed.problem}`);
    const active = runs.some(({ status }) => status === 'running' || status === 'stopping');
    idle = active ? 0 : idle + 1;
    if (idle === 3) for (const run of runs) cli('resume', run.dir, '--detach', '--concurrency', '2');
    if (idle === 3) idle = 0;
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

function queueIn(dir) {
  return ['--runs', dir, '--detach', '--concurrency', '2'];
}

function keyOf({ variant, seed }) {
  return `${seed} ${variant}`;
}

function runsIn(dir) {
  return JSON.parse(cli('runs', dir, '--json'));
}
