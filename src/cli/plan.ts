import { dirname } from 'node:path';
import { planRecipe } from '../facts/planRecipe.ts';
import { planText } from '../plan/planText.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Command } from './command.ts';
import { faultyRecipe, noSuchVariant } from './errors.ts';
import { problemLine } from './problemLine.ts';
import { readRecipeFile } from './recipeFile.ts';

export const command: Command = {
  name: 'plan',
  usage: 'RECIPE [--variant NAME]... [--json]',
  summary: 'Says what each variant of a recipe trains and costs, before any weight is read.',
  positionals: { least: 1, most: 1 },
  options: { variant: { type: 'string', multiple: true }, json: { type: 'boolean' } },
  async run({ values, positionals, io }) {
    const { path, recipe } = await readRecipeFile(positionals[0], io.cwd);
    const variants = (values.variant as string[] | undefined) ?? [];
    expectVariants(recipe, variants);
    const result = await planRecipe(recipe, { recipeDir: dirname(path), env: io.env }, variants);
    if ('errors' in result)
      throw faultyRecipe(result.errors.map((problem) => problemLine(positionals[0], problem)));
    const { plans } = result;
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify({ model: recipe.configurations[0].model, variants: plans }, undefined, 2)}\n`
        : plans.map((plan) => planText(plan, process.platform !== 'linux')).join('\n'),
    );
    return 0;
  },
};

function expectVariants({ configurations }: Recipe, variants: readonly string[]): void {
  const known = configurations.map(({ variant }) => variant);
  for (const variant of variants) if (!known.includes(variant)) throw noSuchVariant(variant, known);
}
