import { dirname, resolve } from 'node:path';
import { advise } from '../evidence/advise.ts';
import { inTextOrder } from '../recipe/place.ts';
import { checkRecipe } from '../recipe/check.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Command, Io } from './command.ts';
import { gatherFacts } from '../facts/gather.ts';
import { ownEvidence, trainedIn, type Trained } from '../facts/ownRuns.ts';
import { noteLines, problemLine } from './problemLine.ts';
import { parseRecipeFile } from './recipeFile.ts';

export const command: Command = {
  name: 'check',
  usage: 'RECIPE... [--advice [--runs DIR]]',
  summary: 'Lists what is wrong with recipes, and with the models and data that they name.',
  positionals: { least: 1, most: Infinity },
  options: { advice: { type: 'boolean' }, runs: { type: 'string' } },
  async run({ values, positionals, io }) {
    let hasErrors = false;
    const trained = values.advice
      ? await trainedIn([resolve(io.cwd, (values.runs as string | undefined) ?? 'runs')])
      : undefined;
    for (const file of positionals) {
      const problems = await problemsOf(file, io, trained);
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

/** Models and data are looked at once the recipe itself has no error. @param trained given where advice is wanted, too */
async function problemsOf(file: string, { cwd, env }: Io, trained?: readonly Trained[]): Promise<Problem[]> {
  const { path, recipe, problems } = await parseRecipeFile(file, cwd);
  if (recipe === undefined) return problems;
  const recipeDir = dirname(path);
  const facts = await gatherFacts(recipe, { recipeDir, env });
  return inTextOrder([
    ...problems,
    ...checkRecipe(recipe, facts),
    ...(trained ? advise(recipe, facts, { own: ownEvidence(trained, recipeDir) }) : []),
  ]);
}
