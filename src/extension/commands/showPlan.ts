import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { planDocuments, planText } from './planDocuments.ts';
import { withProgress } from './progress.ts';
import { targetRecipe } from './recipes.ts';

export const id = 'peftWorkbench.showPlan';

/** Shows what each variant of a recipe trains and costs. Nothing is started: the language server computes it. */
export async function run(services: Services, given?: unknown): Promise<void> {
  const recipe = await targetRecipe(services, given, vscode.l10n.t('Plan which recipe?'));
  const title = vscode.l10n.t('Planning {0}', basename(recipe.path));
  const text = await withProgress({ title }, ({ token }) => planText(services.language, recipe, token));
  await planDocuments.show(recipe, text);
}
