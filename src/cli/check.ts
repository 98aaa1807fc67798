import { dirname } from 'node:path';
import { advise } from '../evidence/advise.ts';
import { inTextOrder } from '../recipe/place.ts';
import { checkRecipe } from '../recipe/check.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Command, Io } from './command.ts';
import { gatherFacts } from '../facts/gather.ts';
import { noteLines, problemLine } from './problemLine.ts';
import { parseRecipeFile } from './recipeFile.ts';

export const command: Command = {
  name: 'check',
  usage: 'RECIPE... [--advice]',
  summary: 'Lists what is wrong with recipes, and with the models and data that they name.',
  positionals: { least: 1, most: Infinity },
  options: { advice: { type: 'boolean' } },
  async run({ values, positionals, io }) {
    let hasErrors = false;
    for (const file of positionals) {
      const problems = await problemsOf(file, io, values.advice === true);
      // For people alone: programs read what is on stdout, where nothing is no problem.
      if (problems.length === 0 && io.isTerminal) io.stderr.write(`${file}: no problems\n`);
      for (const problem of problems) {
        hasErrors ||= problem.severity === 'error';
        for (const line of [problemLine(file, problem), ...noteLines(file, problem)])
          io.stdout.write(`${line}\n`);
      }
    }
    return hasErrors ? 1 : 0;
  },
};

/** Models and data are looked at once the recipe itself has no error. */
async function problemsOf(file: string, { cwd, env }: Io, withAdvice: boolean): Promise<Problem[]> {
  const { path, recipe, problems } = await parseRecipeFile(file, cwd);
  if (recipe === undefined) return problems;
  const facts = await gatherFacts(recipe, { recipeDir: dirname(path), env });
  return inTextOrder([
    ...problems,
    ...checkRecipe(recipe, facts),
    ...(withAdvice ? advise(recipe, facts) : []),
  ]);
}
