import * as vscode from 'vscode';

export const id = 'peftWorkbench.turnOffAdvice';

/** Sets a rule of advice to `off`: in the workspace's settings where a folder is open, in the user's else. The language server offers it beside advice. */
export async function run(_: unknown, rule: unknown): Promise<void> {
  if (typeof rule !== 'string') return;
  const settings = vscode.workspace.getConfiguration('peftWorkbench');
  const { workspaceValue, globalValue } = settings.inspect<Record<string, string>>('advice') ?? {};
  const isWorkspace = vscode.workspace.workspaceFolders !== undefined;
  const written = (isWorkspace ? workspaceValue : globalValue) ?? {};
  await settings.update('advice', { ...written, [rule]: 'off' }, !isWorkspace);
}
