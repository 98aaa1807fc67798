// Trains the variants of a recipe through the product's own queue, and goes on with what is there.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const root = fileURLToPath(new URL('../..', import.meta.url));

export function cli(...args) {
  const options = { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 };
  return execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args], options);
}

/** The recipe, read. Variants in its order; `scale` is their `learning_rate_scale`. */
export function recipeOf(set) {
  const path = join(root, set.recipe);
  const written = parse(readFileSync(path, 'utf8'));
  const variants = Object.entries(written.variants).map(([name, { training }]) => ({
    name,
    scale: training?.learning_rate_scale ?? 1,
  }));
  return { path, written, variants };
}

// Everywhere the same: a table must not compare executors.
const QUEUED = ['--detach', '--concurrency', '2'];
const EXECUTOR = ['--executor', 'onnx-cpu'];

/**
 * Trains all variants with these seeds in a folder, one seed after the other, two runs at a time; goes on with the runs that are there.
 * Those that failed are among what comes back where they may, as in a search, whose largest rates can diverge.
 */
export async function trained(set, name, seeds, { settings = [], mayFail = false } = {}) {
  const { path, written, variants } = recipeOf(set);
  const dir = join(root, '.cache/results', set.id, name);
  keepRecipe(dir, written, settings);
  const has = new Set(runsIn(dir).map(({ record }) => keyOf(record)));
  const wanted = seeds.flatMap((seed) => variants.map(({ name: variant }) => ({ variant, seed })));
  for (const run of wanted.filter((each) => !has.has(keyOf(each)))) {
    const { variant, seed } = run;
    const set = settings.flatMap((setting) => ['--set', setting]);
    cli(
      'train',
      path,
      '--variant',
      variant,
      '--seed',
      String(seed),
      ...set,
      '--runs',
      dir,
      ...EXECUTOR,
      ...QUEUED,
    );
  }
  // Between two runs nobody works for a moment.
  for (let idle = 0; ;) {
    const all = runsIn(dir).filter(({ record }) => seeds.includes(record.seed));
    const runs = all.filter(({ status }) => status !== 'finished' && !(mayFail && status === 'failed'));
    if (runs.length === 0) return all;
    const failed = runs.find(({ status }) => status === 'failed');
    if (failed) throw new Error(`${failed.dir}: ${failed.record.failure}`);
    const active = runs.some(({ status }) => status === 'running' || status === 'stopping');
    idle = active ? 0 : idle + 1;
    if (idle === 3) {
      for (const run of runs) cli('resume', run.dir, ...QUEUED);
      idle = 0;
    }
    await pause(5_000);
  }
}

/** Runs of a recipe that trains something else are not mixed with those of this one. */
function keepRecipe(dir, { seeds: _seeds, report: _report, ...trains }, settings) {
  const kept = join(dir, '.recipe.json');
  const text = JSON.stringify({ trains: settings.length === 0 ? trains : withoutScales(trains), settings });
  mkdirSync(dir, { recursive: true });
  if (!existsSync(kept)) writeFileSync(kept, text);
  if (readFileSync(kept, 'utf8') !== text)
    throw new Error(`${dir} holds runs of another recipe: remove it, or put the recipe back`);
}

/** A search sets every scale itself. */
function withoutScales({ variants, ...rest }) {
  const others = Object.entries(variants).map(
    ([name, { training: { learning_rate_scale: _scale, ...training } = {}, ...variant }]) => [
      name,
      { ...variant, training },
    ],
  );
  return { ...rest, variants: Object.fromEntries(others) };
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
