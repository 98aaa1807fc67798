import { basename } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';
import { measureMachine } from './measureMachine.ts';
import { planDocuments, planOf } from './planDocuments.ts';
import { withProgress } from './progress.ts';
import { targetRecipe } from './recipes.ts';

export const id = 'peftWorkbench.showPlan';

/** Shows what each variant of a recipe trains and costs: the language server computes it. The first one has this machine measured. */
export async function run(services: Services, given?: unknown): Promise<void> {
  const recipe = await targetRecipe(services, given, vscode.l10n.t('Plan which recipe?'));
  const title = vscode.l10n.t('Planning {0}', basename(recipe.path));
  const plan = await withProgress({ title }, ({ token }) => planOf(services.plans, recipe, token));
  await planDocuments.show(recipe, plan.text);
  if (plan.variants.some(({ time }) => time === undefined)) void measureMachine(services);
}
