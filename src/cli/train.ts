import { dirname, resolve } from 'node:path';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { checkRecipe } from '../recipe/check.ts';
import type { Problem, Severity } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Command, Io } from './command.ts';
import { faultyRecipe, noSuchExecutor, noSuchSeed } from './errors.ts';
import { gatherFacts } from '../facts/gather.ts';
import { checkInputs, queueRuns, resolveExecutors, selectRuns } from './queueRuns.ts';
import { parseRecipeFile } from './recipeFile.ts';
import { trainQueued, wayOf, wayOptions, wayUsage } from './trainQueued.ts';

export const command: Command = {
  name: 'train',
  usage: `RECIPE [--variant NAME]... [--seed N]... [--set PATH=YAML]... [--runs DIR] [--executor E] ${wayUsage}`,
  summary:
    'Trains the runs of a recipe, all or those named, one after the other. A seed may be one that the recipe does not list. Ctrl-C stops with a checkpoint; --detach does not wait for the runs.',
  positionals: { least: 1, most: 1 },
  options: {
    variant: { type: 'string', multiple: true },
    seed: { type: 'string', multiple: true },
    set: { type: 'string', multiple: true },
    runs: { type: 'string' },
    executor: { type: 'string' },
    ...wayOptions,
  },
  async run(context) {
    const { values, positionals, io, signal } = context;
    const way = wayOf(values);
    const list = (name: string) => (values[name] as string[] | undefined) ?? [];
    const { path, recipe, warnings } = await soundRecipe(positionals[0], list('set'), io);
    const selected = await selectRuns(recipe, path, {
      variants: list('variant'),
      seeds: [...new Set(list('seed').map(seedOf))],
      executor: executorOf(values.executor as string | undefined),
    });
    await checkInputs(selected, { env: io.env, signal });
    for (const line of warnings) io.stderr.write(`${line}\n`);
    const runs = await resolveExecutors(selected, {
      env: io.env,
      signal,
      onMeasure: (ids) => io.stderr.write(`measuring a step of this recipe, once, on ${ids.join(', ')}\n`),
      onUnkept: (why) => io.stderr.write(`what was measured cannot be kept for the next time (${why})\n`),
    });
    const runsDir = resolve(io.cwd, (values.runs as string | undefined) ?? 'runs');
    signal.throwIfAborted();
    return trainQueued(await queueRuns(runs, runsDir), runsDir, way, context);
  },
};

/** A recipe without errors, and a line for each warning about it, its model and its data. @throws UserError with a line for each error */
async function soundRecipe(
  argument: string,
  settings: readonly string[],
  { cwd, env }: Io,
): Promise<{ path: string; recipe: Recipe; warnings: string[] }> {
  const { path, recipe, problems, lineOf } = await parseRecipeFile(argument, cwd, settings);
  const lines = (list: readonly Problem[], severity: Severity) =>
    list.filter((problem) => problem.severity === severity).map(lineOf);
  if (recipe === undefined) throw faultyRecipe(lines(problems, 'error'));
  const found = checkRecipe(recipe, await gatherFacts(recipe, { recipeDir: dirname(path), env }));
  const errors = lines(found, 'error');
  if (errors.length > 0) throw faultyRecipe(errors);
  return { path, recipe, warnings: lines([...problems, ...found], 'warning') };
}

function seedOf(text: string): number {
  const seed = Number(text);
  if (!/^\d+$/.test(text) || seed >= 2 ** 31) throw noSuchSeed(text);
  return seed;
}

function executorOf(name: string | undefined): ExecutorId | 'auto' | undefined {
  if (name === undefined || name === 'auto' || Object.hasOwn(executors, name))
    return name as ExecutorId | 'auto' | undefined;
  throw noSuchExecutor(name, ['auto', ...Object.keys(executors)]);
}
