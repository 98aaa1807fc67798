import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { listRuns, type Run, type UnreadableRun } from '../runs/runFolder.ts';
import type { Command } from './command.ts';
import { noRunsFolder } from './errors.ts';
import { count, duration, fixed, oneLine } from '../core/display.ts';
import { textTable } from '../core/textTable.ts';

export const command: Command = {
  name: 'runs',
  usage: '[DIR] [--json]',
  summary: 'Lists the runs of a folder (default: runs).',
  positionals: { least: 0, most: 1 },
  options: { json: { type: 'boolean' } },
  async run({ values, positionals, io }) {
    const dir = resolve(io.cwd, positionals[0] ?? 'runs');
    // The default folder appears with the first run; one that is named is expected to be there.
    if (positionals.length > 0 && (await stat(dir).catch(() => undefined)) === undefined)
      throw noRunsFolder(dir);
    const runs = await listRuns(dir);
    if (values.json === true) {
      io.stdout.write(`${JSON.stringify(runs.map(withoutMethods), undefined, 2)}\n`);
    } else if (runs.length === 0) {
      io.stdout.write(`No runs in ${dir}\n`);
    } else {
      io.stdout.write(
        textTable(
          [header, ...runs.map(rowOf)],
          ['left', 'left', 'right', 'right', 'right', 'right', 'right'],
        ),
      );
    }
    return 0;
  },
};

const header = ['run', 'status', 'best', 'step', 'trained', 'samples/s', 'time', 'note'];

function rowOf(run: Run | UnreadableRun): string[] {
  if ('problem' in run) return [run.id, run.status, '-', '-', '-', '-', '-', oneLine(run.problem)];
  const { summary, metric, phase, elapsedMs, failure } = run.record;
  const best = metric === undefined ? undefined : summary?.best[metric];
  return [
    run.id,
    run.status === 'running' && phase !== undefined ? `running (${phase})` : run.status,
    best === undefined ? '-' : `${metric} ${fixed(best, 4)}`,
    count(summary?.bestStep),
    count(summary?.parameters.trained),
    fixed(summary?.samplesPerSecond, 1),
    duration(elapsedMs),
    oneLine(failure ?? ''),
  ];
}

function withoutMethods(run: Run | UnreadableRun) {
  const { id, dir, status } = run;
  return 'problem' in run
    ? { id, dir, status, problem: run.problem }
    : { id, dir, status, record: run.record };
}
