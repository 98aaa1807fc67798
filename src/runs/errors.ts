import { messageOf, UserError } from '../core/errors.ts';

export function runsFolderUnreadable(runsDir: string, cause: unknown): UserError {
  return new UserError(
    `Expected a folder of runs at ${runsDir}, but it cannot be read: ${messageOf(cause)}.`,
  );
}

export function runsFolderUnusable(runsDir: string, cause: unknown): UserError {
  return new UserError(
    `Expected a folder of runs that can be written at ${runsDir}, but none can be made there: ${messageOf(cause)}.`,
    'Name another folder with --runs.',
  );
}

export function runNotFound(argument: string, runsDir: string, meant: string | undefined): UserError {
  return new UserError(
    `Expected a run folder or the id of a run in ${runsDir}, found no such run: ${argument}.`,
    meant === undefined ? '`peft-workbench runs` lists the runs.' : `Did you mean ${meant}?`,
  );
}

export function runUnreadable(runDir: string, problem: string): UserError {
  return new UserError(`The run in ${runDir} is unreadable: ${problem}.`);
}

export function ledgerUnreadable(file: string, problem: string): UserError {
  return new UserError(`${file}: expected a ledger of format version 1, as a run writes it; ${problem}.`);
}
