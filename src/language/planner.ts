import { parentPort, workerData } from 'node:worker_threads';
import { UserError } from '../core/errors.ts';
import { planRecipe } from '../facts/planRecipe.ts';
import { plansText } from '../plan/plansText.ts';
import type { PlanResult } from '../protocol/language.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Problem } from '../recipe/problem.ts';
import type { PlanTask } from './plan.ts';

parentPort?.postMessage(await planned(workerData as PlanTask));

async function planned({ text, fileName, place, variants }: PlanTask): Promise<PlanResult> {
  const { recipe, problems } = parseRecipe(text, fileName);
  if (recipe === undefined) return { problem: firstOf(problems) };
  try {
    const result = await planRecipe(recipe, place, variants);
    if ('errors' in result) return { problem: firstOf(result.errors) };
    const { plans } = result;
    const text = plansText(plans, { isEstimate: process.platform !== 'linux', seeds: recipe.seeds.length });
    return { model: recipe.configurations[0].model, variants: plans, text };
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

function firstOf(problems: readonly Problem[]): string {
  const { path, message } = problems.find(({ severity }) => severity === 'error') ?? problems[0];
  return path === '' ? message : `${path}: ${message}`;
}
