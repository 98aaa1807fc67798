import { readFileSync } from 'node:fs';
import type { Run } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import type { TrainerProcess } from '../trainer/launch.ts';
import type { Io } from './command.ts';
import type { RunObserver } from './followRuns.ts';
import { bytes, count, duration, fixed } from '../core/display.ts';
import { printable, printableLines } from '../core/printable.ts';

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
    deserted: ({ exitCode, signalCode }) => write({ event: 'trainerEnded', exitCode, signal: signalCode }),
  };
}

/** A line for each run that ended on stdout; on a terminal, the one at work in a line of its own on stderr. */
export function textReport({ stdout, stderr, isTerminal }: Io, total: number): RunObserver {
  let number = 1;
  const show = (text: string) => {
    if (isTerminal) stderr.write(`\r\x1b[2K${printable(text)}`);
  };
  const tell = (text: string) => stdout.write(`${printableLines(text)}\n`);
  return {
    started: (run) => {
      if (!isTerminal) tell(`[${number}/${total}] ${title(run)}: started (${run.id})`);
    },
    progressed: (run) => show(`[${number}/${total}] ${title(run)}  ${progressText(run)}`),
    measured: () => undefined,
    ended: (run) => {
      show('');
      tell(`[${number}/${total}] ${title(run)}: ${endText(run)}`);
      number += 1;
    },
    deserted: (trainer) => {
      show('');
      stderr.write(`${desertedText(trainer)}\n`);
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

function desertedText({ exitCode, signalCode }: TrainerProcess): string {
  const how = signalCode === null ? `with status ${exitCode}` : `by ${signalCode}`;
  return `The training process ended ${how} and left runs waiting; they are taken out of the queue.`;
}

function endText({ status, record, dir }: Run): string {
  const { summary, failure, truncatedShare, elapsedMs } = record;
  if (status === 'failed') return `failed: ${failure ?? 'no reason was recorded'}\n  ${dir}`;
  if (status === 'lost')
    return `lost: nobody works on it any more; \`peft-workbench resume ${dir}\` goes on from its last checkpoint${logEnd(dir)}`;
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

/** The last lines of the trainer's log, indented; empty where it had no time to write any. */
function logEnd(dir: string): string {
  let text: string;
  try {
    text = readFileSync(runPaths(dir).log, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
  const lines = text.trimEnd().split('\n').slice(-LOG_LINES);
  return lines.map((line) => `\n  ${line}`).join('');
}

const LOG_LINES = 5;
