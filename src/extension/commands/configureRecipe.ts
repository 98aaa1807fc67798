import * as vscode from 'vscode';
import type { Vocabulary } from '../../protocol/language.ts';
import { activeRecipe, FORM } from '../activeRecipe.ts';
import type { Services } from '../services.ts';
import { SUGGESTED_MODEL } from '../suggestedModel.ts';
import { recipeText } from './recipeText.ts';

export const id = 'peftWorkbench.configureRecipe';

/** Opens the form of a recipe: the one given, the active editor's, or, without any, of a new one that is not saved yet. */
export async function run(services: Services, given?: unknown): Promise<void> {
  const recipe = given instanceof vscode.Uri ? given : (activeRecipe() ?? (await newRecipe(services)));
  await vscode.commands.executeCommand('vscode.openWith', recipe, FORM);
}

async function newRecipe({ language }: Pick<Services, 'language'>): Promise<vscode.Uri> {
  const content = emptyRecipe(await language.ask('peft/vocabulary', {}));
  const document = await vscode.workspace.openTextDocument({ language: 'peft-recipe', content });
  return document.uri;
}

/** A recipe to begin with: the first of everything that can be chosen, and columns that are called as the fields that name them. */
function emptyRecipe({ tasks: [task], presets: [preset], dataExtensions: [extension] }: Vocabulary): string {
  const columns = task.columns.filter(({ optional }) => !optional).map(({ field }) => [field, field]);
  return recipeText({
    model: SUGGESTED_MODEL,
    task: task.id,
    train: `train${extension}`,
    validation: 0.1,
    columns: Object.fromEntries(columns) as Record<string, string>,
    preset,
  });
}
