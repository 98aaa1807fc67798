import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Ask } from './multiStep.ts';

/** A data file, or what stands for one. */
export interface FileItem<Value> extends vscode.QuickPickItem {
  readonly data: Value;
}

export const fileItem = ({ fsPath }: vscode.Uri): FileItem<string> => ({
  label: basename(fsPath),
  description: vscode.workspace.asRelativePath(dirname(fsPath)),
  data: fsPath,
});

/** One of the items or a file from a dialog; undefined where the dialog was dismissed. */
export async function askFile<Value>(
  ask: Ask,
  items: readonly FileItem<Value>[],
  { placeholder, extensions }: { placeholder: string; extensions: readonly string[] },
): Promise<Value | string | undefined> {
  const browse: vscode.QuickPickItem = {
    label: vscode.l10n.t('Browse…'),
    iconPath: new vscode.ThemeIcon('folder-opened'),
  };
  const chosen = await ask.pick<FileItem<Value> | typeof browse>([...items, browse], { placeholder });
  if ('data' in chosen) return chosen.data;
  const [file] =
    (await vscode.window.showOpenDialog({
      title: placeholder,
      filters: { [vscode.l10n.t('Data files')]: extensions.map((extension) => extension.slice(1)) },
    })) ?? [];
  return file?.fsPath;
}

/** Files of the workspace with these extensions, each with its dot. */
export const globOf = (extensions: readonly string[]) =>
  `**/*.{${extensions.map((extension) => extension.slice(1)).join(',')}}`;
