import { resolve } from 'node:path';
import { compareGroups, type Comparison, type ComparisonRow } from '../experiments/compare.ts';
import { differenceText } from '../experiments/differenceText.ts';
import { groupRuns, type Group } from '../experiments/groups.ts';
import { comparedMetric } from '../experiments/metric.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { findRun, listRuns, type Run } from '../runs/runFolder.ts';
import type { Command, Io } from './command.ts';
import { noRunsOf, noSuchBaseline, nothingMeasured } from './errors.ts';
import { isRecipeFile, readRecipeFile } from './recipeFile.ts';
import { count, fixed } from '../core/display.ts';
import { printable } from '../core/printable.ts';
import { textTable } from '../core/textTable.ts';

export const command: Command = {
  name: 'compare',
  usage: 'RUN|RECIPE... [--baseline VARIANT] [--metric NAME] [--runs DIR] [--json]',
  summary: 'Groups runs by everything but the seed and compares the groups.',
  positionals: { least: 1, most: Infinity },
  options: {
    baseline: { type: 'string' },
    metric: { type: 'string' },
    runs: { type: 'string' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals, io }) {
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    const { runs, report } = await select(positionals, runsDir, io);
    const groups = groupRuns(runs);
    const name = values.metric as string | undefined;
    const metric = comparedMetric(groups, { name, split: report?.split });
    if (metric === undefined) throw nothingMeasured(name);
    const { baseline, notes } = baselineOf(
      groups,
      (values.baseline as string | undefined) ?? report?.baseline,
    );
    const compared = compareGroups(groups, metric, baseline);
    const comparison = { ...compared, notes: [...compared.notes, ...notes] };
    io.stdout.write(
      values.json === true ? `${JSON.stringify(comparison, undefined, 2)}\n` : textOf(comparison),
    );
    return 0;
  },
};

/** The runs named, each once, in the order of their creation, and the report that the first recipe named asks for. */
async function select(
  names: readonly string[],
  runsDir: string,
  io: Io,
): Promise<{ runs: Run[]; report?: Recipe['report'] }> {
  const all = (await listRuns(runsDir)).filter((run): run is Run => run.status !== 'unreadable');
  const chosen = new Map<string, Run>();
  let report: Recipe['report'];
  for (const name of names) {
    let runs: Run[];
    if (isRecipeFile(name)) {
      const { recipe } = await readRecipeFile(name, io.cwd);
      report ??= recipe.report;
      runs = all.filter(({ record }) => record.recipe === recipe.name);
      if (runs.length === 0) throw noRunsOf(recipe.name, runsDir);
    } else {
      runs = [await findRun(name, { cwd: io.cwd, runsDir })];
    }
    for (const run of runs) chosen.set(run.dir, run);
  }
  return { runs: [...chosen.values()].sort(byCreation), report };
}

/** Runs may come from several folders, and be named in any order; of runs with one seed the newest counts. */
function byCreation({ record: a }: Run, { record: b }: Run): number {
  return Date.parse(a.createdAt) - Date.parse(b.createdAt) || a.position - b.position;
}

/** The group that is named by its label or, the newest of several, by its variant; the first where none is named. */
function baselineOf(
  groups: readonly Group[],
  name: string | undefined,
): { baseline: Group; notes: string[] } {
  if (name === undefined) return { baseline: groups[0], notes: [] };
  const labelled = groups.find(({ label }) => label === name);
  if (labelled !== undefined) return { baseline: labelled, notes: [] };
  const found = groups.filter(({ variant }) => variant === name);
  const baseline = found.at(-1);
  const labels = (list: readonly Group[]) => list.map(({ label }) => label);
  if (baseline === undefined) throw noSuchBaseline(name, labels(groups));
  const note = `${found.length} groups are of the variant ${name} (${labels(found).join(', ')}); the baseline is the newest, ${baseline.label}. --baseline chooses another.`;
  return { baseline, notes: found.length > 1 ? [note] : [] };
}

function textOf({ metric, baseline, rows, winner, notes }: Comparison): string {
  const header = [
    'variant',
    'N',
    metric,
    'best step',
    'trained',
    'stored',
    'head',
    'samples/s',
    `minus ${baseline}`,
  ];
  const right = Array<'right'>(header.length - 2).fill('right');
  return [
    textTable([header, ...rows.map(cells)], ['left', ...right]),
    '\n± is the standard deviation over seeds; differences are paired by seed, with their 95 % interval (t).\n',
    ...notes.map((note) => `${printable(note)}\n`),
    winner === undefined ? '' : `Best: ${printable(winner)}, beyond the 95 % interval of every difference.\n`,
  ].join('');
}

function cells({
  label,
  n,
  metric,
  bestStep,
  parameters,
  samplesPerSecond,
  difference,
}: ComparisonRow): string[] {
  const deviation = metric?.standardDeviation;
  return [
    label,
    String(n),
    fixed(metric?.mean, 4) + (deviation === undefined ? '' : ` ± ${fixed(deviation, 4)}`),
    count(bestStep),
    count(parameters?.trained),
    count(parameters?.stored),
    count(parameters?.head),
    fixed(samplesPerSecond, 1),
    difference === undefined ? '-' : differenceText(difference),
  ];
}
