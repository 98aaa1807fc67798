// docs/results.md from what was measured: `node scripts/results/page.mjs`, without training anything.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './queue.mjs';
import { measured, sets } from './sets.mjs';

export function writePage(all) {
  const page = join(root, 'docs/results.md');
  writeFileSync(page, report(all));
  execFileSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', page]);
}

function report(all) {
  const shown = all.map((set) => ({ set, ...measured(set) })).filter(({ final }) => final !== undefined);
  return `# Results

What the methods do on small models and real texts, trained through the product's own queue; [how](#how-it-is-made). **These are not the paper's models, and mostly not its data**: nothing here says whether the paper's numbers hold.

Mean ± standard deviation over N seeds on a split that nothing was chosen by. **Bold** where the difference from the first row, paired by
seed, leaves out 0 with its 95 % interval (Student's t); of so many intervals, uncorrected, one in twenty leaves out 0 by chance. A task counts as evidence on methods only if \`full\` beats the first row so.

${overview(shown)}
${finding(shown.map(({ final }) => final))}

${shown.map(section).join('\n')}
${making(all, [...new Set(shown.flatMap(({ final }) => final.seeds))])}`;
}

/** Over all sets. */
function finding(finals) {
  const most = finals.filter(({ rows }) => best(rows).variant === 'full').length;
  return `\`full\` has the highest mean in ${most} of ${finals.length} sets. ${verdictOn(finals.flatMap(({ pairs }) => pairs))}`;
}

const best = (rows) => rows.reduce((a, b) => (b.metric.mean > a.metric.mean ? b : a));

/** Variants that every set has, one column for each set. */
function overview(shown) {
  const control = 'head only, or untuned';
  const names = shown.map(({ final }) =>
    final.rows.map(({ variant }) => (variant === final.baseline ? control : variant)),
  );
  const common = names[0].filter((name) => names.every((each) => each.includes(name)));
  const rowOf = ({ final }, name) =>
    final.rows.find(({ variant }) => variant === (name === control ? final.baseline : name));
  const rows = common.map((name) => [name, ...shown.map((each) => cell(rowOf(each, name)))]);
  return markdown(
    ['', ...shown.map(({ set }) => `[${set.title}](#${anchor(set)})`)],
    [
      ['metric', ...shown.map(({ set }) => set.metric)],
      ['N', ...shown.map(({ final }) => Math.min(...final.rows.map(({ n }) => n)))],
      ...rows,
      ['evidence', ...shown.map(({ final }) => (isEvidence(final) ? 'yes' : 'not learnable at this size'))],
    ],
  );
}

const anchor = ({ title }) => title.toLowerCase().replaceAll(' ', '-');

function cell({ metric, difference }) {
  const text = spread(metric);
  return difference?.interval && excludesZero(difference.interval) ? `**${text}**` : text;
}

const excludesZero = ([low, high]) => low > 0 || high < 0;

function isEvidence({ rows }) {
  const { difference } = rows.find(({ variant }) => variant === 'full');
  return difference.interval?.[0] > 0;
}

function section({ set, search, final }) {
  const { seeds, device, baseline, rows, notes, pairs, also = [] } = final;
  const remarks = [...(set.untuned === undefined ? [] : [`untuned: ${set.untuned}.`]), ...notes];
  return `## ${set.title}

${set.about[0].toUpperCase()}${set.about.slice(1)}; seeds ${seeds.join(', ')}; [${set.recipe.split('/').at(-1)}](../${set.recipe}). Two runs trained at a
time, on ${device}, beside other work: the samples are those of one run.${set.hasHead ? ' Parameters leave out the head, which every variant trains.' : ''}
${isEvidence(final) ? '' : `\n**Not learnable at this size**: \`full\` does not beat \`${baseline}\` beyond the interval, so that nothing here tells methods apart.\n`}
${markdown(
  [
    'variant',
    'trained',
    set.metric,
    'N',
    `minus ${baseline}`,
    ...also.map(({ metric }) => metric),
    'samples/s',
  ],
  rows.map((row) => [
    row.variant,
    row.trained.toLocaleString('en-US'),
    spread(row.metric),
    row.n,
    interval(row.difference),
    ...also.map(({ metric, means }) => number(metric, means[row.variant])),
    Math.round(row.samplesPerSecond),
  ]),
)}
${remarks.map((remark) => `- ${remark}\n`).join('')}
With LN-tuning and without:

${markdown(
  ['method', 'N', 'with LN minus without'],
  pairs.map(({ name, difference }) => [name, difference.n, interval(difference)]),
)}
${verdictOn(pairs)}

${search === undefined ? 'Rates were not searched.\n' : searched(set, search, final)}`;
}

/** The commands, and what FOLDER holds. */
function making(all, seeds) {
  const taught = all.filter(({ prepare }) => prepare !== undefined).map(({ title }) => title);
  return `## How it is made

\`\`\`sh
npm ci && npm run build
node scripts/quickstart/fetchModel.mjs .cache/models/all-MiniLM-L6-v2
node scripts/results/search.mjs FOLDER
SEEDS=${seeds.join(',')} node scripts/results/run.mjs FOLDER
\`\`\`

\`search.mjs\` writes the best scale of each variant into its recipe; \`run.mjs\` trains, with the recipe's own seeds where \`SEEDS\` names none, and writes
this page. Both take some hours, go on where they were interrupted, and do only the sets whose ids follow FOLDER. \`node scripts/results/page.mjs\` writes
the page anew from what was measured. ${taught.join(' and ')} also need Python 3.10 or newer with \`venv\`: \`scripts/python.sh\` makes the environment in which
the tokenizer of their GPT-2 is trained. FOLDER holds:

${markdown(
  ['id', 'file', 'is', 'of', 'licence'],
  all.flatMap(({ id, files, source }) =>
    Object.values(files).map((file, i) => [
      id,
      `\`${file}\``,
      source.parts[i],
      `[${source.name}](${source.address})`,
      source.licence,
    ]),
  ),
)}`;
}

/** In how many pairs the interval leaves out 0, and on which side. */
function verdictOn(pairs) {
  const intervals = pairs.flatMap(({ difference }) => (difference.interval ? [difference.interval] : []));
  const gains = intervals.filter(([low]) => low > 0).length;
  const losses = intervals.filter(([, high]) => high < 0).length;
  return `Beyond the interval, LN-tuning beside another method gained in ${gains} of ${pairs.length} pairs and lost in ${losses}.`;
}

function searched({ search: { scales, steps, metric } }, search, final) {
  const trained = Object.entries(final.scales);
  const rows = trained.map(([name, scale]) => [
    name,
    ...scales.map((each) => {
      const value = number(metric, search[name][each]);
      return each === scale ? `**${value}**` : value;
    }),
  ]);
  const largest = trained.filter(([, scale]) => scale === scales.at(-1)).length;
  return `The search: validation ${metric} by \`learning_rate_scale\`, after ${steps} steps with seed 100; every variant had these
${scales.length} trials, and trained above with the one in bold.${largest === 0 ? '' : ` For ${largest} of ${trained.length} the largest was the best: a still larger one may be better.`}

${markdown(['variant', ...scales], rows)}`;
}

const spread = ({ mean, standardDeviation }) =>
  standardDeviation === undefined ? percent(mean) : `${percent(mean)} ± ${percent(standardDeviation)}`;

function interval(difference) {
  if (difference?.interval === undefined) return '-';
  const [low, high] = difference.interval.map((bound) => percent(bound));
  return `${percent(difference.mean)} [${low}, ${high}]`;
}

/** Everything but a perplexity is a share. */
function number(metric, value) {
  if (value === null) return 'diverged';
  return metric === 'perplexity' ? value.toFixed(2) : percent(value);
}

const percent = (value) => (100 * value).toFixed(2);

function markdown(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |\n`;
  return line(head) + line(head.map(() => '---')) + rows.map(line).join('');
}

// Below the constants above.
if (process.argv[1] === fileURLToPath(import.meta.url)) writePage(sets);
