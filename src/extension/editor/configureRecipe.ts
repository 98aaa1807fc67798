import * as vscode from 'vscode';
import { skeletonRecipe } from './skeleton.ts';

/** The id of the form among the editors. */
export const FORM = 'peftWorkbench.form';

/** Opens the form of a recipe: the one given, the active editor's, or, without any, of a new one that is not saved yet. */
export async function configureRecipe(uri?: vscode.Uri): Promise<void> {
  const recipe = uri ?? activeRecipe() ?? (await newRecipe());
  await vscode.commands.executeCommand('vscode.openWith', recipe, FORM);
}

function activeRecipe(): vscode.Uri | undefined {
  const document = vscode.window.activeTextEditor?.document;
  if (document?.languageId === 'peft-recipe') return document.uri;
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputCustom && input.viewType === FORM ? input.uri : undefined;
}

async function newRecipe(): Promise<vscode.Uri> {
  const document = await vscode.workspace.openTextDocument({
    language: 'peft-recipe',
    content: skeletonRecipe(),
  });
  return document.uri;
}
