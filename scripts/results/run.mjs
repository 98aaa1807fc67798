// Trains recipes/unified.peft.yaml and writes docs/results.md: `node scripts/results/run.mjs FOLDER [SEED...]`, where FOLDER holds
// train.tsv and dev.tsv of the Sentence Polarity Dataset; the recipe's seeds unless some are named. Everything runs through the
// product's own queue, one seed of all variants after the other: when it is interrupted, calling it again goes on.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { cli, placeData, recipeName, root, seeds, trained, variants } from './mr.mjs';

placeData();
const wanted = process.argv.length > 3 ? process.argv.slice(3).map(Number) : seeds;
const runs = await trained('final', wanted);
const search = JSON.parse(readFileSync(new URL('search.json', import.meta.url), 'utf8'));
const scales = Object.keys(search[variants[0].name]).sort((a, b) => a - b);
const page = join(root, 'docs/results.md');
writeFileSync(page, report());
execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', page]);

/** Runs of these variants, compared with the first one. */
function compared(...names) {
  const dirs = runs.filter(({ record }) => names.includes(record.variant)).map(({ dir }) => dir);
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
  const names = variants.map(({ name }) => name);
  const { rows, notes } = compared('head only', ...names.filter((name) => name !== 'head only'));
  const table = rows.map((row) => [
    row.variant,
    row.parameters.trained.toLocaleString('en-US'),
    `${percent(row.metric.mean)} ± ${percent(row.metric.standardDeviation)}`,
    row.n,
    intervalOf(row),
    Math.round(row.samplesPerSecond),
  ]);
  const pairs = names
    .filter((name) => names.includes(`${name} + LN`))
    .map((name) => {
      const row = compared(name, `${name} + LN`).rows.find(({ variant }) => variant !== name);
      return { name, ...row };
    });
  const { device } = runs[0].record;
  return `# Results

Made by \`node scripts/results/run.mjs\` from [recipes/${recipeName}](../recipes/${recipeName}): sentiment of film review sentences
(Sentence Polarity Dataset), all-MiniLM-L6-v2, 600 steps of 16 sentences, seeds ${wanted.join(', ')}. **This is not the paper's model, and not its data**:
it shows what the methods do here, not that the paper's numbers hold.

Test accuracy in percent, mean ± standard deviation over seeds; differences are paired by seed, with their 95 % interval (Student's t).
Parameters leave out the head, which every variant trains. Two runs trained at a time, on ${device}: the samples are those of one run.

${markdown(['variant', 'trained', 'accuracy', 'N', 'minus head only', 'samples/s'], table)}
${notes.map((note) => `- ${note}\n`).join('')}
## With LN-tuning and without

${markdown(
  ['method', 'N', 'with LN minus without'],
  pairs.map((pair) => [pair.name, pair.difference.n, intervalOf(pair)]),
)}
${verdictOn(pairs.map(({ difference }) => difference.interval))}

## The search

Validation accuracy in percent by \`learning_rate_scale\`, after 300 steps with seed 100 (\`node scripts/results/search.mjs\`). Every variant
had these ${scales.length} trials, and trained above with the best of them. ${atTheEdge()}

${markdown(['variant', ...scales], variants.map(searched))}`;
}

/** In how many pairs the interval leaves out 0, and on which side. */
function verdictOn(intervals) {
  const gains = intervals.filter(([low]) => low > 0).length;
  const losses = intervals.filter(([, high]) => high < 0).length;
  return `Beyond the interval, LN-tuning beside another method gained in ${gains} of ${intervals.length} pairs and lost in ${losses}.`;
}

/** A best scale at the edge of the search leaves open whether a larger one is better. */
function atTheEdge() {
  const largest = scales.at(-1);
  const count = variants.filter(({ scale }) => String(scale) === largest).length;
  return count === 0
    ? ''
    : `For ${count} of ${variants.length} the largest was the best: a still larger one may be better.`;
}

function searched({ name, scale }) {
  const cells = scales.map((each) => {
    const accuracy = percent(search[name][each]);
    return each === String(scale) ? `**${accuracy}**` : accuracy;
  });
  return [name, ...cells];
}

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}
