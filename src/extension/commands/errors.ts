import * as vscode from 'vscode';
import { UserError } from '../../core/errors.ts';

export function noFolderOpen(): UserError {
  return new UserError(
    vscode.l10n.t('Expected an open folder of this machine, found none: recipes and runs live in a folder.'),
  );
}

export function notOnDisk(name: string): UserError {
  return new UserError(
    vscode.l10n.t('{0} is no file of this machine: training needs recipe, data and model on disk.', name),
  );
}

export function notSaved(name: string): UserError {
  return new UserError(vscode.l10n.t('{0} was not saved, and nothing was started.', name));
}

export function recipeHasErrors(name: string, errors: number): UserError {
  return new UserError(
    errors === 1
      ? vscode.l10n.t('{0} has an error, listed under Problems; nothing was started.', name)
      : vscode.l10n.t('{0} has {1} errors, listed under Problems; nothing was started.', name, errors),
  );
}

export function planFailed(name: string, problem: string): UserError {
  return new UserError(vscode.l10n.t('{0} cannot be planned: {1}', name, problem));
}

export function noSuchRuns(): UserError {
  return new UserError(vscode.l10n.t('The run is not in its folder any more.'));
}

/** `wanted`: what runs the command is for, in words. */
export function noFittingRuns(wanted: string): UserError {
  return new UserError(vscode.l10n.t('Expected {0}, found none.', wanted));
}

export function tooFewGroups(found: number): UserError {
  return new UserError(
    vscode.l10n.t(
      'Expected runs of at least two groups to compare, found {0}. Runs that differ in nothing but the seed are one group; select several with Ctrl or Shift.',
      found,
    ),
  );
}

/** The command line answered with another status than 0; `reason` is its own sentence. */
export function commandFailed(command: string, status: number, reason: string | undefined): UserError {
  return new UserError(
    reason ?? vscode.l10n.t('{0} ended with status {1} and without a message.', command, status),
  );
}

export function unexpectedOutput(command: string): UserError {
  return new UserError(
    vscode.l10n.t('{0} answered in a form that this version does not know; see the log.', command),
  );
}

export function columnsUnknown(file: string, problem: string): string {
  return vscode.l10n.t('{0} cannot be the training file: {1}', file, problem);
}

export function tooFewColumns(file: string, needed: number, found: number): string {
  return vscode.l10n.t(
    '{0} cannot be the training file: expected at least {1} columns, found {2}.',
    file,
    needed,
    found,
  );
}

export function columnUnknown(column: string, file: string, columns: readonly string[]): string {
  return vscode.l10n.t('{0} has no column {1}; it has {2}.', file, column, columns.join(', '));
}

export function fileExists(name: string): string {
  return vscode.l10n.t('{0} exists already. Choose another name.', name);
}

export function notAModelFolder(folder: string): UserError {
  return new UserError(
    vscode.l10n.t(
      'Expected a model folder with config.json, model.safetensors and tokenizer.json, found no config.json in {0}.',
      folder,
    ),
  );
}
