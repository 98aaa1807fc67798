import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { passedEnvironment } from '../../core/passedEnvironment.ts';
import type { Environment } from '../../core/environment.ts';

export interface CliResult {
  /** Exit status as the command line documents it: 0 done, 1 a negative answer, 2 unusable input, 130 cancelled. */
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CliOptions {
  /** Paths in arguments are relative to this folder. */
  readonly cwd: string;
  /** Beside what every process gets: secrets travel here, never in arguments. */
  readonly env?: Readonly<Record<string, string>>;
  /** Each line of standard output as it comes. */
  readonly onLine?: (line: string) => void;
  /** Asks the program to end; it then answers with status 130. */
  readonly signal?: AbortSignal;
}

/** The command line, in a process of its own. */
export interface Cli {
  /** Runs one command to its end. @throws Error where the process cannot be started */
  run(args: readonly string[], options: CliOptions): Promise<CliResult>;
}

export interface CliSettings {
  /** Path of the built command line. */
  readonly program: string;
  /** A Node of the user's own; else the one that runs this extension. */
  readonly nodePath: () => string | undefined;
  readonly env: () => Environment;
}

const OUTPUT_LIMIT = 16 << 20;

/** The only place of the extension that starts a process: a fixed program with an argument array, no shell, a listed environment. */
export function createCli({ program, nodePath, env }: CliSettings): Cli {
  return {
    run: (args, options) =>
      new Promise((resolve, reject) => {
        const child = spawn(nodePath() ?? process.execPath, [program, ...args], {
          cwd: options.cwd,
          env: { ...passedEnvironment(env()), ...options.env },
          stdio: ['ignore', 'pipe', 'pipe'],
          windowsHide: true,
        });
        const texts = { stdout: '', stderr: '' };
        for (const name of ['stdout', 'stderr'] as const) {
          child[name].setEncoding('utf8').on('data', (text: string) => {
            texts[name] = (texts[name] + text).slice(-OUTPUT_LIMIT);
          });
        }
        if (options.onLine) createInterface({ input: child.stdout }).on('line', options.onLine);
        const end = () => child.kill('SIGINT');
        options.signal?.addEventListener('abort', end);
        if (options.signal?.aborted) end();
        child.on('error', reject);
        child.on('close', (code) => {
          options.signal?.removeEventListener('abort', end);
          resolve({ status: options.signal?.aborted ? 130 : (code ?? 1), ...texts });
        });
      }),
  };
}
