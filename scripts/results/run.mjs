// Trains the recipes of sets.mjs and writes docs/results.md: `SEEDS=1,2,3 node scripts/results/run.mjs FOLDER [ID...]`, where FOLDER holds
// the data sets; the recipes' seeds unless some are named. Everything runs through the product's own queue, one seed of all variants
// after the other: when it is interrupted, calling it again goes on. What was measured is kept in measured/, a file for each set.
import { writePage } from './page.mjs';
import { cli, recipeOf, trained } from './queue.mjs';
import { askedSets, keepMeasured, sets } from './sets.mjs';

for (const set of await askedSets(process.argv.slice(2))) {
  const { written, variants } = recipeOf(set);
  const seeds = process.env.SEEDS?.split(',').map(Number) ?? written.seeds;
  const runs = await trained(set, 'final', seeds);
  const names = variants.map(({ name }) => name);
  const { baseline } = written.report;
  const compared = (first, ...others) => comparison(runs, set.metric, first, others);
  const { rows, notes } = compared(baseline, ...names.filter((name) => name !== baseline));
  const pairs = names
    .filter((name) => names.includes(`${name} + LN`))
    .map((name) => {
      const row = compared(name, `${name} + LN`).rows.find(({ variant }) => variant !== name);
      return { name, difference: row.difference };
    });
  const also = set.also?.map((metric) => ({
    metric,
    means: Object.fromEntries(names.map((name) => [name, meanOf(runs, name, metric)])),
  }));
  const { device } = runs[0].record;
  const scales = Object.fromEntries(variants.map(({ name, scale }) => [name, scale]));
  keepMeasured(set, { final: { seeds, device, baseline, scales, rows: rows.map(kept), notes, pairs, also } });
}
writePage(sets);

function comparison(runs, metric, first, others) {
  const dirs = runs.filter(({ record }) => [first, ...others].includes(record.variant)).map(({ dir }) => dir);
  return JSON.parse(cli('compare', ...dirs, '--baseline', first, '--metric', `test/${metric}`, '--json'));
}

function meanOf(runs, name, metric) {
  const values = runs
    .filter(({ record }) => record.variant === name)
    .map(({ record }) => record.summary.last[`test/${metric}`]);
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function kept({ variant, n, metric, difference, samplesPerSecond, parameters }) {
  return { variant, n, metric, difference, samplesPerSecond, trained: parameters.trained };
}
