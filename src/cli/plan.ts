import { dirname } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { readMachineSpeed } from '../facts/machineSpeed.ts';
import { planRecipe } from '../facts/planRecipe.ts';
import { plansText } from '../plan/plansText.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Command, Io } from './command.ts';
import { faultyRecipe, noSuchVariant } from './errors.ts';
import { measureMachine } from './measureMachine.ts';
import { problemLine } from './problemLine.ts';
import { readRecipeFile } from './recipeFile.ts';

export const command: Command = {
  name: 'plan',
  usage: 'RECIPE [--variant NAME]... [--no-measure] [--json]',
  summary: 'Says what each variant of a recipe trains and costs, before any weight is read.',
  positionals: { least: 1, most: 1 },
  options: {
    variant: { type: 'string', multiple: true },
    'no-measure': { type: 'boolean' },
    json: { type: 'boolean' },
  },
  async run({ values, positionals, io, signal }) {
    const { path, recipe } = await readRecipeFile(positionals[0], io.cwd);
    const variants = (values.variant as string[] | undefined) ?? [];
    expectVariants(recipe, variants);
    if (values['no-measure'] !== true) await measureOnce(io, signal);
    const result = await planRecipe(recipe, { recipeDir: dirname(path), env: io.env }, variants);
    if ('errors' in result)
      throw faultyRecipe(result.errors.map((problem) => problemLine(positionals[0], problem)));
    const { plans } = result;
    io.stdout.write(
      values.json === true
        ? `${JSON.stringify({ model: recipe.configurations[0].model, variants: plans }, undefined, 2)}\n`
        : plansText(plans, { isEstimate: process.platform !== 'linux', seeds: recipe.seeds.length }),
    );
    return 0;
  },
};

/** A machine that cannot be measured is planned for without the time. */
async function measureOnce({ env, stderr }: Io, signal: AbortSignal): Promise<void> {
  if ((await readMachineSpeed(env)) !== undefined) return;
  stderr.write('measuring this machine, once, for the time: a few seconds\n');
  try {
    await measureMachine(env, signal);
  } catch (error) {
    signal.throwIfAborted();
    stderr.write(`the time is left out: ${messageOf(error)}\n`);
  }
}

function expectVariants({ configurations }: Recipe, variants: readonly string[]): void {
  const known = configurations.map(({ variant }) => variant);
  for (const variant of variants) if (!known.includes(variant)) throw noSuchVariant(variant, known);
}
