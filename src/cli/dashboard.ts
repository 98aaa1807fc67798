import { readFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { dashboardView } from '../experiments/dashboardView.ts';
import { runParameters } from '../experiments/runParameters.ts';
import { runSeries } from '../experiments/series.ts';
import { writeFileAtomically } from '../files/atomicWrite.ts';
import type { ParameterCounts } from '../plan/parameters.ts';
import type { DashboardSnapshot, RunParameters, SeriesChunk } from '../protocol/dashboard.ts';
import { listRuns, type Run, type UnreadableRun } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import type { Command, Io } from './command.ts';
import { dashboardHtml } from './dashboardHtml.ts';
import { noRunsToShow, pageMissing } from './errors.ts';
import { runCounts } from './runCounts.ts';

/** Of each curve; more make files of many MB, and most runs log fewer. */
const POINT_LIMIT = 5000;

/** @param pagesDir where the build puts the pages */
export function dashboardCommand(pagesDir: string): Command {
  return {
    name: 'dashboard',
    usage: '[DIR] [--out FILE]',
    summary: 'Writes the dashboard of a folder of runs (default: runs) as one HTML file.',
    positionals: { least: 0, most: 1 },
    options: { out: { type: 'string' } },
    async run({ values, positionals, io, signal }) {
      const dir = resolve(io.cwd, positionals[0] ?? 'runs');
      const out = resolve(io.cwd, (values.out as string | undefined) ?? join(dir, 'dashboard.html'));
      const runs = await listRuns(dir);
      if (runs.length === 0) throw noRunsToShow(dir);
      const html = dashboardHtml({
        title: basename(dir),
        script: await pageFile(pagesDir, 'dashboard.js'),
        style: await pageFile(pagesDir, 'dashboard.css'),
        snapshot: await snapshotOf(runs, io.env, signal),
      });
      await writeFileAtomically(out, (file) => file.writeFile(html));
      io.stdout.write(`${out}\n`);
      return 0;
    },
  };
}

/** Built, this program lies beside the pages' folder. */
export const command = dashboardCommand(join(dirname(fileURLToPath(import.meta.url)), 'webview'));

/** With all runs selected. Their keys are the names of their folders: the file may be read on another machine. */
async function snapshotOf(
  runs: readonly (Run | UnreadableRun)[],
  env: Io['env'],
  signal: AbortSignal,
): Promise<DashboardSnapshot> {
  const series: SeriesChunk[] = [];
  const parameters = new Map<string, RunParameters>();
  const counted = new Map<string, ParameterCounts | undefined>();
  for (const run of runs) {
    if ('problem' in run) continue;
    series.push(...(await wholeSeries(run, signal)));
    const { configuration } = run.record;
    if (!counted.has(configuration)) counted.set(configuration, await runCounts(run, env));
    const counts = counted.get(configuration);
    if (counts !== undefined) parameters.set(run.id, runParameters(run.id, counts));
  }
  const named = runs.map((run) => ({ ...run, dir: run.id }));
  const ids = runs.map(({ id }) => id);
  return { ...dashboardView(named, ids, parameters), series };
}

async function wholeSeries({ id, dir }: Run, signal: AbortSignal): Promise<SeriesChunk[]> {
  const series = runSeries(id, runPaths(dir).metrics, POINT_LIMIT);
  while (await series.read()) signal.throwIfAborted();
  return series.takeWhole();
}

async function pageFile(pagesDir: string, name: string): Promise<string> {
  const path = join(pagesDir, name);
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw pageMissing(path, error);
  }
}
