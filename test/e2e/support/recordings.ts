import { spawn } from 'node:child_process';
import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { basename, join } from 'node:path';
import { writeSample } from '../../../src/extension/sample/writeSample.ts';
import { processStart } from '../../../src/runs/processes.ts';
import type { RunRecord } from '../../../src/runs/runRecord.ts';
import { writeRun } from '../../support/recordedRuns.ts';
import { miniLm, runFolders } from './workspace.ts';

/** The sample project with the real model; its recorded run is the workspace's only one. Returns the run's folder. */
export async function writeSampleProject(dir: string): Promise<string> {
  const places = { folder: join(dir, 'peft-sample'), runsDir: join(dir, 'runs') };
  await writeSample({ source: 'media/sample', ...places, model: miniLm });
  return runFolders(dir)[0];
}

/** Beside a recorded run, runs of its recipe in several states, with curves of 150 steps. */
export function writeRunsBeside(recorded: string): void {
  const runsDir = join(recorded, '..');
  const record = JSON.parse(readFileSync(join(recorded, 'run.json'), 'utf8')) as RunRecord;
  const recipe = readFileSync(join(recorded, 'recipe.peft.yaml'), 'utf8');
  const head = { variant: 'head only', configuration: 'head only' };
  const going = { summary: undefined, endedAt: undefined, progress: { step: 150, totalSteps: 375 } };
  const write = (seed: number, change: Partial<RunRecord>, level = 0.45) =>
    writeRun(
      runsDir,
      `${basename(recorded).replace(/-s1$/, '')}-${change.variant ?? 'ln'}-${change.status ?? ''}-s${seed}`,
      {
        recipe: recipe.replace(/^(seeds?: ).*$/m, `$1${seed}`),
        record: { ...record, seed, createdAt: record.createdAt.replace(/\.\d+/, `.9${seed}0`), ...change },
        metrics: curve(seed, level),
      },
    );
  write(2, { summary: shifted(record, 0.012) });
  write(3, { summary: shifted(record, -0.007) });
  write(1, { ...head, summary: shifted(record, -0.08) }, 0.55);
  write(2, { ...head, ...going, status: 'failed', failure: 'loss is not a number at step 150' }, 0.55);
  write(1, { configuration: 'another rate', ...going, status: 'stopped' }, 0.5);
  standInFor(write(3, { ...head, ...going, status: 'running', phase: 'training' }, 0.55));
}

/** A process that holds the run's lock, as the one that trains would. */
function standInFor(runDir: string): void {
  const { pid } = spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).on('error', () => undefined);
  const holder = { pid, nonce: 'stand-in', host: hostname(), start: processStart(pid!) };
  const lock = join(runDir, 'lock');
  writeFileSync(lock, JSON.stringify(holder));
  const later = new Date(Date.now() + 600_000);
  utimesSync(lock, later, later);
}

function shifted({ summary }: RunRecord, by: number): RunRecord['summary'] {
  const shift = (values: Readonly<Record<string, number>>) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, name.includes('loss') ? value - by : value + by]),
    );
  return summary && { ...summary, last: shift(summary.last), best: shift(summary.best) };
}

/** A falling loss with noise of its seed, and evaluations every 25 steps. */
function curve(seed: number, level: number): object[] {
  return Array.from({ length: 150 }, (_, i) => {
    const step = i + 1;
    const noise = Math.sin(step * (12.9898 + seed)) * 0.04;
    const loss = level + (0.75 - level) * Math.exp(-step / 50);
    const line = {
      step,
      time: step / 4,
      epoch: step / 125,
      lr: 0.003 * (1 - step / 400),
      'train/loss': loss + noise,
    };
    const measured = { 'validation/loss': loss + 0.02, 'validation/accuracy': 1.15 - loss + seed / 200 };
    return step % 25 === 0 ? { ...line, ...measured } : line;
  });
}
