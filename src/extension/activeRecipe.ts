import * as vscode from 'vscode';

/** The id of the recipe form among the editors. */
export const FORM = 'peftWorkbench.form';

/** The recipe that the active editor shows, as text or as form. */
export function activeRecipe(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === 'peft-recipe') return document.uri;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === FORM ? input.uri : undefined;
}
