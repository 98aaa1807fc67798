import { UserError } from '../core/errors.ts';
import type { Command } from './command.ts';

export function unknownCommand(name: string, meant: string | undefined): UserError {
  const remedy =
    meant === undefined ? '`peft-workbench --help` lists the commands.' : `Did you mean \`${meant}\`?`;
  return new UserError(`Expected the name of a command, found ${name}`, remedy);
}

export function badArguments(command: Command, fault: string): UserError {
  return new UserError(fault, `Usage: peft-workbench ${command.name} ${command.usage}`);
}
