import { resolve } from 'node:path';
import * as vscode from 'vscode';

/** The runs folder of a workspace folder, as the setting names it; it may not exist yet. */
export function runsFolderOf({ uri }: vscode.WorkspaceFolder): string {
  const setting = vscode.workspace.getConfiguration('peftWorkbench', uri).get<string>('runsFolder') || 'runs';
  return resolve(uri.fsPath, setting);
}
