import { gatherFacts } from '../facts/gather.ts';
import { parametersOf } from '../facts/parametersOf.ts';
import type { ParameterCounts } from '../plan/parameters.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Run } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import type { Io } from './command.ts';

/** What a run trains, by its recipe and the model that this names; undefined where one of them cannot be read, or does not fit, any more. */
export async function runCounts(run: Run, env: Io['env']): Promise<ParameterCounts | undefined> {
  const text = await run.recipe().catch(() => '');
  const { recipe } = parseRecipe(text, runPaths(run.dir).recipe);
  if (recipe === undefined) return undefined;
  const facts = await gatherFacts(recipe, { recipeDir: run.dir, env });
  return parametersOf(recipe, facts).variants[0].counts;
}
