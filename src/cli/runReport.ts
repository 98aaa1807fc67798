import type { Run } from '../runs/runFolder.ts';
import type { Io } from './command.ts';
import type { RunObserver } from './followRuns.ts';
import { bytes, count, duration, fixed } from './table.ts';

/** The object that ends a run in `train --json`; its keys are documented and keep their meaning. */
export function finishedEvent({ id, dir, status, record }: Run): object {
  const { variant, seed, metric, summary, failure, truncatedShare } = record;
  const name = metric ?? Object.keys(summary?.best ?? {})[0];
  return {
    event: 'finished',
    run: id,
    dir,
    variant,
    seed,
    status,
    bestStep: summary?.bestStep,
    ...(name !== undefined &&
      summary?.best[name] !== undefined && { metric: { name, value: summary.best[name] } }),
    best: summary?.best,
    samplesPerSecond: summary?.samplesPerSecond,
    peakMemoryBytes: summary?.peakMemoryBytes,
    parameters: summary?.parameters,
    truncatedShare,
    ...(failure !== undefined && { failure }),
  };
}

/** One line of JSON for each event, on stdout. */
export function jsonReport({ stdout }: Io): RunObserver {
  const write = (event: object) => stdout.write(`${JSON.stringify(event)}\n`);
  let phase: string | undefined;
  return {
    started: ({ id, record }) =>
      write({ event: 'started', run: id, variant: record.variant, seed: record.seed }),
    progressed: ({ id, record }) => {
      if (record.phase !== undefined && record.phase !== phase)
        write({ event: 'phase', run: id, phase: record.phase });
      phase = record.phase;
    },
    measured: ({ id }, line) =>
      write({ ...('event' in line ? line : { event: 'metrics', ...line }), run: id }),
    ended: (run) => write(finishedEvent(run)),
  };
}

/** A line for each run that ended on stdout; on a terminal, the one at work in a line of its own on stderr. */
export function textReport({ stdout, stderr, isTerminal }: Io, total: number): RunObserver {
  let number = 0;
  const show = (text: string) => {
    if (isTerminal) stderr.write(`\r\x1b[2K${text}`);
  };
  return {
    started: (run) => {
      number += 1;
      if (!isTerminal) stdout.write(`[${number}/${total}] ${title(run)}: started (${run.id})\n`);
    },
    progressed: (run) => show(`[${number}/${total}] ${title(run)}  ${progressText(run)}`),
    measured: () => undefined,
    ended: (run) => {
      show('');
      stdout.write(`[${number}/${total}] ${title(run)}: ${endText(run)}\n`);
    },
  };
}

function title({ record: { variant, seed } }: Run): string {
  return `${variant}, seed ${seed}`;
}

const BAR_WIDTH = 20;

function progressText({ record }: Run): string {
  const { phase, progress, summary, metric, elapsedMs } = record;
  const parts: string[] = [phase ?? record.status];
  if (progress !== undefined) {
    const share = progress.step / progress.totalSteps;
    const full = Math.round(share * BAR_WIDTH);
    parts.push(
      `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}] ${progress.step}/${progress.totalSteps}`,
    );
    const loss = summary?.last['train/loss'];
    if (loss !== undefined) parts.push(`loss ${fixed(loss, 4)}`);
    const value = metric === undefined ? undefined : summary?.last[metric];
    if (value !== undefined) parts.push(`${metric} ${fixed(value, 4)}`);
    if (summary !== undefined && summary.samplesPerSecond > 0)
      parts.push(`${count(summary.samplesPerSecond)} samples/s`);
    if (progress.step > 0)
      parts.push(`${duration((elapsedMs / progress.step) * (progress.totalSteps - progress.step))} left`);
  }
  return parts.join('  ');
}

function endText({ status, record, dir }: Run): string {
  const { summary, failure, truncatedShare, elapsedMs } = record;
  if (status === 'failed') return `failed: ${failure ?? 'no reason was recorded'}\n  ${dir}`;
  if (status !== 'finished')
    return `${status} at step ${record.progress?.step ?? 0}; \`peft-workbench resume ${dir}\` goes on`;
  const best = Object.entries(summary?.best ?? {}).map(([name, value]) => `${name} ${fixed(value, 4)}`);
  return [
    best.join('  ') || 'finished',
    ...(summary?.bestStep === undefined ? [] : [`best at step ${summary.bestStep}`]),
    `${count(summary?.samplesPerSecond)} samples/s`,
    `peak ${bytes(summary?.peakMemoryBytes ?? 0)}`,
    duration(elapsedMs),
    ...(truncatedShare ? [`${(100 * truncatedShare).toFixed(1)} % of the training texts were cut`] : []),
  ].join('  ');
}
