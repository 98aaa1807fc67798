import * as vscode from 'vscode';
import { UserError } from '../core/errors.ts';

/** A relative path would start at whatever folder is open. */
export function settingNotAbsolute(setting: string, found: string): UserError {
  return new UserError(vscode.l10n.t('Setting {0}: expected an absolute path, found {1}.', setting, found));
}
