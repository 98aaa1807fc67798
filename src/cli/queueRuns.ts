import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import { resolveExecutor } from '../engine/registry.ts';
import type { ExecutorId } from '../engine/executor.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { withPaths, writeResolved } from '../recipe/resolved.ts';
import { createRun } from '../runs/createRun.ts';
import { readInputs } from '../trainer/inputs.ts';
import { noSuchVariant } from './errors.ts';

/** A run that this command started. */
export interface QueuedRun {
  readonly id: string;
  readonly dir: string;
  readonly variant: string;
  readonly seed: number;
}

export interface Selection {
  readonly variants: readonly string[];
  readonly seeds: readonly number[];
  readonly executor?: ExecutorId | 'auto';
}

/** The configurations and seeds chosen, all where nothing is named, with paths made absolute and the executor resolved. @throws UserError */
export async function selectRuns(
  recipe: Recipe,
  recipePath: string,
  { variants, seeds, executor }: Selection,
): Promise<{ configuration: Configuration; seed: number }[]> {
  const known = recipe.configurations.map(({ variant }) => variant);
  for (const variant of variants) if (!known.includes(variant)) throw noSuchVariant(variant, known);
  const chosen = recipe.configurations.filter(
    ({ variant }) => variants.length === 0 || variants.includes(variant),
  );
  const resolved = await Promise.all(
    chosen.map(async (configuration) => {
      const { training, ...rest } = await absolute(configuration, dirname(recipePath));
      return { ...rest, training: { ...training, executor: resolveExecutor(executor ?? training.executor) } };
    }),
  );
  // Seed by seed, so that every variant has a first result early.
  return (seeds.length > 0 ? seeds : recipe.seeds).flatMap((seed) =>
    resolved.map((configuration) => ({ configuration, seed })),
  );
}

/** Opens everything the runs will read, so that unusable input shows before anything is written. @throws UserError */
export async function checkInputs(
  runs: readonly { configuration: Configuration; seed: number }[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const seen = new Set<string>();
  for (const { configuration, seed } of runs) {
    const { model, revision, weights, task } = configuration;
    const key = JSON.stringify([model, revision, weights, task, typeof task.validation === 'number' && seed]);
    if (seen.has(key)) continue;
    seen.add(key);
    await readInputs(configuration, seed, { recipeDir: '/', env });
  }
}

export async function queueRuns(
  runs: readonly { configuration: Configuration; seed: number }[],
  runsDir: string,
): Promise<QueuedRun[]> {
  const now = new Date();
  const queued: QueuedRun[] = [];
  for (const [position, { configuration, seed }] of runs.entries()) {
    const { name: recipeName, variant } = configuration;
    const recipeText = writeResolved(configuration, seed);
    const { id, dir } = await createRun(runsDir, { recipeText, recipeName, variant, seed, now, position });
    queued.push({ id, dir, variant, seed });
  }
  return queued;
}

/** `model` may also be the plain name of a folder beside the recipe. */
async function absolute(configuration: Configuration, recipeDir: string): Promise<Configuration> {
  const beside = resolve(recipeDir, configuration.model);
  const isFolder = (await stat(beside).catch(() => undefined))?.isDirectory() ?? false;
  return withPaths(isFolder ? { ...configuration, model: beside } : configuration, (path) =>
    resolve(recipeDir, path),
  );
}
