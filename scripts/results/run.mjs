// Trains recipes/unified.peft.yaml and writes docs/results.md: `node scripts/results/run.mjs FOLDER`, where FOLDER holds train.tsv and
// dev.tsv of the Sentence Polarity Dataset. For every variant the learning rate is searched first: three scales, half the steps, on
// a seed that is not among the final ones; the best validation accuracy chooses. Everything runs through the product's own queue: when
// it is interrupted, calling it again resumes what was begun.
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';

const root = fileURLToPath(new URL('../..', import.meta.url));
const recipe = join(root, 'recipes/unified.peft.yaml');
const results = join(root, '.cache/results');
const SCALES = [0.3, 1, 3];
const SEARCH = ['--seed', '100', '--set', 'training.max_steps=300'];

const source = process.argv[2];
if (source === undefined) throw new Error('expected the folder that holds train.tsv and dev.tsv');
mkdirSync(join(root, '.cache/data/mr'), { recursive: true });
copyFileSync(join(source, 'train.tsv'), join(root, '.cache/data/mr/train.tsv'));
copyFileSync(join(source, 'dev.tsv'), join(root, '.cache/data/mr/test.tsv'));

for (const scale of SCALES) {
  const dir = join(results, `search-${scale}`);
  if (!hasRuns(dir)) start(dir, ...SEARCH, '--set', `training.learning_rate_scale=${scale}`);
  await settled(dir);
}
const trials = SCALES.map((scale) => new Map(runsOf(`search-${scale}`).map((run) => [variantOf(run), run])));
const variants = [...trials[0].keys()];
const chosen = new Map(variants.map((variant) => [variant, bestScale(variant)]));

for (const [variant, scale] of chosen) {
  const dir = join(results, 'final', variant.replace(/\W+/g, '-'));
  if (!hasRuns(dir)) start(dir, '--variant', variant, '--set', `training.learning_rate_scale=${scale}`);
  await settled(dir);
}
const page = join(root, 'docs/results.md');
writeFileSync(page, report());
execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', page]);

function cli(...args) {
  return execFileSync(process.execPath, [join(root, 'dist/cli.js'), ...args], {
    cwd: root,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
}

function start(dir, ...args) {
  mkdirSync(dir, { recursive: true });
  cli('train', recipe, '--detach', '--runs', dir, ...args);
}

function hasRuns(dir) {
  return existsSync(dir) && readdirSync(dir).some((name) => !name.startsWith('.'));
}

/** Waits until every run of the folder is finished; those that nobody works on are resumed. */
async function settled(dir) {
  // Between two runs nobody works for a moment.
  for (let idle = 0; ;) {
    const runs = JSON.parse(cli('runs', dir, '--json')).filter(({ status }) => status !== 'finished');
    if (runs.length === 0) return;
    const failed = runs.find(({ status }) => status === 'failed' || status === 'unreadable');
    if (failed) throw new Error(`${failed.dir}: ${failed.record?.failure ?? failed.problem}`);
    const active = runs.some(({ status }) => status === 'running' || status === 'stopping');
    idle = active ? 0 : idle + 1;
    if (idle === 3) for (const run of runs) cli('resume', run.dir, '--detach');
    if (idle === 3) idle = 0;
    await pause(10_000);
  }
}

function runsOf(name) {
  return JSON.parse(cli('runs', join(results, name), '--json'));
}

function variantOf({ record }) {
  return record.variant;
}

function accuracyOf(trial, variant) {
  return trial.get(variant).record.summary.best['validation/accuracy'];
}

function bestScale(variant) {
  const scores = trials.map((trial) => accuracyOf(trial, variant));
  return SCALES[scores.indexOf(Math.max(...scores))];
}

/** All finished runs of these variants, compared with the first one. */
function compared(...names) {
  const dirs = names.flatMap((variant) =>
    runsOf(join('final', variant.replace(/\W+/g, '-'))).map((run) => run.dir),
  );
  return JSON.parse(cli('compare', ...dirs, '--baseline', names[0], '--metric', 'test/accuracy', '--json'));
}

function percent(value, digits = 2) {
  return value === undefined ? '-' : (100 * value).toFixed(digits);
}

function intervalOf({ difference }) {
  if (difference?.interval === undefined) return '-';
  const [low, high] = difference.interval.map((bound) => percent(bound));
  return `${percent(difference.mean)} [${low}, ${high}]`;
}

function report() {
  const { rows, notes } = compared('head only', ...variants.filter((name) => name !== 'head only'));
  const table = rows.map((row) => [
    row.variant,
    row.parameters.trained.toLocaleString('en-US'),
    `${percent(row.metric.mean)} ± ${percent(row.metric.standardDeviation)}`,
    row.n,
    intervalOf(row),
    chosen.get(row.variant),
    Math.round(row.samplesPerSecond),
  ]);
  const pairs = variants
    .filter((name) => variants.includes(`${name} + LN`))
    .map((name) => {
      const row = compared(name, `${name} + LN`).rows.find(({ variant }) => variant !== name);
      return [name, row.difference.n, intervalOf(row)];
    });
  const search = variants.map((variant) => [
    variant,
    ...trials.map((trial) => percent(accuracyOf(trial, variant))),
  ]);
  return `# Results

Made by \`node scripts/results/run.mjs\` from [recipes/unified.peft.yaml](../recipes/unified.peft.yaml): sentiment of film review
sentences (Sentence Polarity Dataset), all-MiniLM-L6-v2, 600 steps of 16 sentences, five seeds. **This is not the paper's model, and not
its data**: it shows what the methods do here, not that the paper's numbers hold.

Test accuracy in percent, mean ± standard deviation over seeds; differences are paired by seed, with their 95 % interval (Student's t).
Parameters leave out the head, which every variant trains.

${markdown(['variant', 'trained', 'accuracy', 'N', 'minus head only', 'rate scale', 'samples/s'], table)}
${notes.map((note) => `- ${note}\n`).join('')}
## With LN-tuning and without

${markdown(['method', 'N', 'with LN minus without'], pairs)}
## The search

Validation accuracy after 300 steps with seed 100, by \`learning_rate_scale\`; every variant had these ${SCALES.length} trials.

${markdown(['variant', ...SCALES.map(String)], search)}`;
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
