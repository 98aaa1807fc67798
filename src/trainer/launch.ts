import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { abandon } from '../core/abandon.ts';
import { passedEnvironment } from '../core/passedEnvironment.ts';
import { cardOrder } from '../engine/devices.ts';
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
  /** Whether runs on one graphics card train beside each other. */
  readonly shareDevice?: boolean;
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
  { concurrency, shareDevice = false, program = builtTrainer() }: LaunchOptions = {},
): TrainerProcess {
  const output = openOutput(join(runsDir, '.trainer.log'));
  const limit = concurrency === undefined ? [] : ['--concurrency', String(concurrency)];
  const share = shareDevice ? ['--share-device'] : [];
  const trainer = spawn(process.execPath, [fileURLToPath(program), '--drain', runsDir, ...limit, ...share], {
    detached: true,
    windowsHide: true,
    cwd: runsDir,
    stdio: ['ignore', output, output],
    env: childEnvironment(env, concurrency),
  });
  closeSync(output);
  return trainer;
}

export interface AskOptions {
  readonly env: NodeJS.ProcessEnv;
  /** What the process reads from its standard input. */
  readonly input: string;
  readonly limitMs: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs the trainer's program for an answer: what it printed, and whether it was still at work when its time was up. In a process of its own a
 * driver may crash or hang, and nothing else does. @throws the signal's reason where that is aborted, and system errors where no process can be
 * started
 */
export function askTrainer(
  args: readonly string[],
  { env, input, limitMs, signal }: AskOptions,
): Promise<{ stdout: string; stderr: string; isLate: boolean }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(builtTrainer()), ...args], {
      windowsHide: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      env: childEnvironment(env),
    });
    const texts = { stdout: '', stderr: '' };
    const settle = (act: () => void) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const giveUp = (act: () => void) => {
      settle(act);
      abandon(child);
    };
    const onAbort = () => giveUp(() => reject(signal!.reason as Error));
    const timer = setTimeout(() => giveUp(() => resolve({ ...texts, isLate: true })), limitMs);
    signal?.addEventListener('abort', onAbort);
    child.on('error', (error) => settle(() => reject(error)));
    child.on('close', () => settle(() => resolve({ ...texts, isLate: false })));
    if (signal?.aborted === true) return onAbort();
    // None was started, and there may be no pipes to it: 'error' tells why.
    if (child.pid === undefined) return;
    for (const name of ['stdout', 'stderr'] as const)
      child[name].setEncoding('utf8').on('data', (text: string) => (texts[name] += text));
    // One that has died does not read.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
  });
}

/** Starts a trainer that attends to the run which it is sent (see ownProcess.ts); what it says goes where this process' output goes. */
export function launchAttendant(env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [fileURLToPath(builtTrainer()), '--attend'], {
    windowsHide: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: childEnvironment(env),
  });
}

/** Beside this bundle; sources that run as they are use what was built of them. */
function builtTrainer(): URL {
  const beside = new URL('./trainer.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../dist/trainer.js', import.meta.url);
}

/** Of a process that computes: what is passed on, and what native libraries must know before it starts. */
function childEnvironment(env: NodeJS.ProcessEnv, concurrency?: number): NodeJS.ProcessEnv {
  const own = { ...shareOfThreads(concurrency), ...passedEnvironment(env) };
  return { ...cardOrder, ...tensorflowEnvironment(own), ...own };
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
