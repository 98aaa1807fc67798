import { dirname } from 'node:path';
import { checkRecipe } from '../recipe/check.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Command, Io } from './command.ts';
import { gatherFacts } from '../facts/gather.ts';
import { parseRecipeFile, problemLine } from './recipeFile.ts';

export const command: Command = {
  name: 'check',
  usage: 'RECIPE...',
  summary: 'Lists what is wrong with recipes, and with the models and data that they name.',
  positionals: { least: 1, most: Infinity },
  options: {},
  async run({ positionals, io }) {
    let hasErrors = false;
    for (const file of positionals) {
      for (const problem of await problemsOf(file, io)) {
        hasErrors ||= problem.severity === 'error';
        io.stdout.write(`${problemLine(file, problem)}\n`);
      }
    }
    return hasErrors ? 1 : 0;
  },
};

/** Models and data are looked at once the recipe itself has no error. */
async function problemsOf(file: string, { cwd, env }: Io): Promise<Problem[]> {
  const { path, recipe, problems } = await parseRecipeFile(file, cwd);
  if (recipe === undefined) return problems;
  return [...problems, ...checkRecipe(recipe, await gatherFacts(recipe, { recipeDir: dirname(path), env }))];
}
