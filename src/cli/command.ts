import type { ParseArgsConfig } from 'node:util';
import type { Environment } from '../core/environment.ts';

/** `process.stdout`, or what a test puts in its place. */
export interface Output {
  write(text: string): unknown;
}

/** All that a command knows of the world outside. */
export interface Io {
  readonly stdout: Output;
  readonly stderr: Output;
  /** Whether a person looks at `stderr`, where progress goes. */
  readonly isTerminal: boolean;
  /** Width of the terminal that `stdout` is, in characters. */
  readonly columns?: number;
  /** Paths in arguments are relative to this folder. */
  readonly cwd: string;
  readonly env: Environment;
}

export interface CommandContext {
  readonly values: Readonly<Record<string, string | boolean | (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
  readonly io: Io;
  /** Aborted by Ctrl-C: the command ends by itself, and the exit status is 130. */
  readonly signal: AbortSignal;
}

export interface Command {
  readonly name: string;
  /** Arguments as `--help` shows them, after the name; optional ones in brackets, `...` for several. */
  readonly usage: string;
  readonly summary: string;
  /** How many positional arguments it takes. */
  readonly positionals: { readonly least: number; readonly most: number };
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** Returns the exit status; throws UserError (2), Refusal or RunFailure (1). */
  run(context: CommandContext): Promise<number>;
}
