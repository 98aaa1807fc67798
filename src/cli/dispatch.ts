import { parseArgs } from 'node:util';
import manifest from '../../package.json' with { type: 'json' };
import { messageOf, Refusal, RunFailure, UserError } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { printableLines } from '../core/printable.ts';
import type { Command, Io } from './command.ts';
import { badArguments, unknownCommand } from './errors.ts';
import { commandHelp, overview } from './help.ts';

/** Where output is no terminal. */
const DEFAULT_COLUMNS = 100;

/**
 * Runs the command that the arguments name and returns the exit status: 0 done, 1 a negative answer, 2 unusable input,
 * 130 after Ctrl-C. Never throws: what goes wrong is one message on stderr, with a stack only for a bug (status 1).
 */
export async function dispatch(
  commands: readonly Command[],
  args: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  try {
    const status = await runCommand(commands, args, io, signal);
    return signal.aborted ? 130 : status;
  } catch (error) {
    if (signal.aborted && (error as Error)?.name === 'AbortError') return 130;
    if (error instanceof UserError || error instanceof Refusal || error instanceof RunFailure) {
      io.stderr.write(`${printableLines(error.message)}\n`);
      return error instanceof UserError ? 2 : 1;
    }
    const stack = error instanceof Error ? (error.stack ?? error.message) : messageOf(error);
    io.stderr.write(`internal: this is a bug of peft-workbench\n${printableLines(stack)}\n`);
    return 1;
  }
}

async function runCommand(
  commands: readonly Command[],
  args: readonly string[],
  io: Io,
  signal: AbortSignal,
): Promise<number> {
  const [name, ...rest] = args;
  const columns = io.columns ?? DEFAULT_COLUMNS;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    (name === undefined ? io.stderr : io.stdout).write(overview(commands, columns));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === '-V') {
    io.stdout.write(`${manifest.version}\n`);
    return 0;
  }
  const command = commands.find((candidate) => candidate.name === name);
  if (command === undefined) {
    throw unknownCommand(
      name,
      nearest(
        name,
        commands.map((candidate) => candidate.name),
      ),
    );
  }
  const { values, positionals } = parse(command, rest);
  if (values.help === true) {
    io.stdout.write(commandHelp(command, columns));
    return 0;
  }
  const { least, most } = command.positionals;
  if (positionals.length < least) throw badArguments(command, `${command.name}: an argument is missing`);
  if (positionals.length > most) {
    throw badArguments(command, `${command.name}: unexpected argument ${positionals[most]}`);
  }
  return command.run({ values, positionals, io, signal });
}

function parse(command: Command, args: string[]) {
  try {
    const options = { ...command.options, help: { type: 'boolean', short: 'h' } } as const;
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    if (!(error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS')) throw error;
    const unknown = /^Unknown option '(--?[^']+)'/.exec(messageOf(error))?.[1];
    if (unknown === undefined) throw badArguments(command, `${command.name}: ${messageOf(error)}`);
    const meant = nearest(
      unknown,
      Object.keys(command.options).map((option) => `--${option}`),
    );
    throw badArguments(
      command,
      `${command.name}: unknown option ${unknown}${meant ? `; did you mean ${meant}?` : ''}`,
    );
  }
}
