import { CancellationError } from 'vscode';
import type * as z from 'zod/mini';
import type { CliOptions } from '../process/cli.ts';
import type { Services } from '../services.ts';
import { commandFailed, unexpectedOutput } from './errors.ts';

/**
 * Runs a command of the command line that has to succeed; returns its standard output. All that it says on standard error is logged.
 * @throws CancellationError where it was asked to end; UserError with the first line of standard error for any other status than 0
 */
export async function runCli(
  { cli, log }: Pick<Services, 'cli' | 'log'>,
  args: readonly string[],
  options: CliOptions,
): Promise<string> {
  log.info(`peft-workbench ${args.join(' ')}`);
  const { status, stdout, stderr } = await cli.run(args, options);
  const said = stderr.trim();
  if (said !== '') log[status === 0 ? 'warn' : 'error'](said);
  if (status === 130) throw new CancellationError();
  if (status !== 0) throw commandFailed(args[0], status, said.split('\n')[0] || undefined);
  return stdout;
}

/** The first line that fits the schema. @throws UserError where none does */
export function lineOf<T>(schema: z.ZodMiniType<T>, stdout: string, command: string): T {
  for (const line of stdout.split('\n')) {
    const value = parsedLine(schema, line);
    if (value !== undefined) return value;
  }
  throw unexpectedOutput(command);
}

/** A line of JSON that fits the schema; undefined for any other. */
export function parsedLine<T>(schema: z.ZodMiniType<T>, line: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined; // no JSON
  }
}
