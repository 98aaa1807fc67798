import { spawn } from 'node:child_process';
import { closeSync, openSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { passedEnvironment } from '../core/passedEnvironment.ts';
import { tensorflowEnvironment } from '../engine/tensorflowEnvironment.ts';

/** A process that was started: its status once it has ended. */
export interface TrainerProcess {
  readonly pid?: number;
  readonly exitCode: number | null;
  readonly signalCode: string | null;
  once(event: 'exit', listener: () => void): unknown;
  /** Lets the starter end without waiting for it. */
  unref(): void;
}

export interface LaunchOptions {
  /** How many training processes with this limit may work on the folder at once; none: it works in any case. */
  readonly concurrency?: number;
  /** The built trainer. */
  readonly program?: URL;
}

/**
 * Starts the training process for a runs folder. It is detached, with no pipe to its starter, and so outlives it; what it says is in the
 * runs' own logs and, where it concerns none of them, in the folder's `.trainer.log`.
 */
export function launchTrainer(
  runsDir: string,
  env: NodeJS.ProcessEnv,
  { concurrency, program = new URL('./trainer.js', import.meta.url) }: LaunchOptions = {},
): TrainerProcess {
  const output = openOutput(join(runsDir, '.trainer.log'));
  const limit = concurrency === undefined ? [] : ['--concurrency', String(concurrency)];
  const own = { ...shareOfThreads(concurrency), ...passedEnvironment(env) };
  const trainer = spawn(process.execPath, [fileURLToPath(program), '--drain', runsDir, ...limit], {
    detached: true,
    windowsHide: true,
    cwd: runsDir,
    stdio: ['ignore', output, output],
    env: { ...tensorflowEnvironment(own), ...own },
  });
  closeSync(output);
  return trainer;
}

/** Runs that train beside each other divide the processor: with more threads than it has, each waits for the others'. */
function shareOfThreads(concurrency = 1): NodeJS.ProcessEnv {
  if (concurrency === 1) return {};
  return { OMP_NUM_THREADS: String(Math.max(1, Math.floor(availableParallelism() / concurrency))) };
}

/** What a run's own log cannot hold: faults of the process itself. Begun anew when it has grown too long. */
function openOutput(file: string): number {
  const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
  return openSync(file, size > 1 << 20 ? 'w' : 'a');
}
