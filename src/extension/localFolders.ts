import * as vscode from 'vscode';

/** The workspace folders of this machine: of a virtual one, no process could read anything. */
export function localFolders(): readonly vscode.WorkspaceFolder[] {
  return (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === 'file');
}

/** The folder that a recipe belongs to: its own, else the first one. */
export function folderOfRecipe(recipe: vscode.Uri): vscode.WorkspaceFolder | undefined {
  const folder = vscode.workspace.getWorkspaceFolder(recipe);
  return folder?.uri.scheme === 'file' ? folder : localFolders()[0];
}
