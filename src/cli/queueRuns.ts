import { dirname, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import type { Environment } from '../core/environment.ts';
import { groupBy } from '../core/groupBy.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { expectDType, resolveExecutor } from '../engine/registry.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';
import { withPaths, writeResolved } from '../recipe/resolved.ts';
import { createRun } from '../runs/createRun.ts';
import { chooseExecutor, type ChooseOptions } from '../trainer/chooseExecutor.ts';
import { checkExamples, maxLengthOf, readInputs } from '../trainer/inputs.ts';
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

/** A run to be. */
export interface SelectedRun {
  readonly configuration: Configuration;
  readonly seed: number;
  /** Why its executor is that one, where `auto` was asked for. */
  readonly executorReason?: string;
}

/** The configurations and seeds chosen, all where nothing is named, with paths made absolute. @throws UserError */
export async function selectRuns(
  recipe: Recipe,
  recipePath: string,
  { variants, seeds, executor }: Selection,
): Promise<SelectedRun[]> {
  const known = recipe.configurations.map(({ variant }) => variant);
  for (const variant of variants) if (!known.includes(variant)) throw noSuchVariant(variant, known);
  const chosen = recipe.configurations.filter(
    ({ variant }) => variants.length === 0 || variants.includes(variant),
  );
  const resolved = await Promise.all(
    chosen.map(async (configuration) => {
      const { training, ...rest } = await absolute(configuration, dirname(recipePath));
      return { ...rest, training: { ...training, executor: executor ?? training.executor } };
    }),
  );
  // Seed by seed, so that every variant has a first result early.
  return (seeds.length > 0 ? seeds : recipe.seeds).flatMap((seed) =>
    resolved.map((configuration) => ({ configuration, seed })),
  );
}

/**
 * The runs with what `auto` means: once for all of them, so that they can be compared.
 * @throws UserError where an executor lacks the number format of a run
 */
export async function resolveExecutors(
  runs: readonly SelectedRun[],
  options: ChooseOptions,
): Promise<SelectedRun[]> {
  const isOpen = ({ configuration }: SelectedRun) => configuration.training.executor === 'auto';
  const open = runs.filter(isOpen);
  const [first] = open;
  if (first === undefined) return expectDTypes(runs);
  const dtypes = [...new Set(open.map(({ configuration }) => configuration.training.model_dtype))];
  const { configuration, seed } = first;
  const { executor, reason } = await chooseExecutor(configuration, seed, { ...options, dtypes });
  const resolved = runs.map((run) => {
    if (!isOpen(run)) return run;
    const training = { ...run.configuration.training, executor };
    return { ...run, configuration: { ...run.configuration, training }, executorReason: reason };
  });
  return expectDTypes(resolved);
}

/** A recipe was checked with the executor that it names itself. */
function expectDTypes(runs: readonly SelectedRun[]): SelectedRun[] {
  for (const { configuration } of runs) {
    const { executor, model_dtype: dtype } = configuration.training;
    expectDType(resolveExecutor(executor), dtype);
  }
  return [...runs];
}

/**
 * Opens everything the runs will read and cuts its texts into tokens, so that unusable input shows before anything is written. The same
 * texts are cut once for each length to which they are: whatever the seed, it is in one split or another. @throws UserError
 */
export async function checkInputs(
  runs: readonly SelectedRun[],
  { env, signal }: { readonly env: Environment; readonly signal: AbortSignal },
): Promise<void> {
  const tokenized = new Set<string>();
  const alike = groupBy(runs, ({ configuration: { model, revision, weights, task }, seed }) =>
    JSON.stringify([model, revision, weights, task, typeof task.validation === 'number' && seed]),
  );
  for (const group of alike.values()) {
    const [first] = group;
    const inputs = await readInputs(first.configuration, first.seed, { recipeDir: '/', env });
    for (const { configuration } of group) {
      const { model, revision, task } = configuration;
      const key = JSON.stringify([model, revision, task, maxLengthOf({ ...inputs, configuration })]);
      if (tokenized.has(key)) continue;
      tokenized.add(key);
      await checkExamples({ ...inputs, configuration }, signal);
    }
  }
}

export async function queueRuns(runs: readonly SelectedRun[], runsDir: string): Promise<QueuedRun[]> {
  const now = new Date();
  const queued: QueuedRun[] = [];
  for (const [position, { configuration, seed, executorReason }] of runs.entries()) {
    const { name: recipeName, variant } = configuration;
    const recipeText = writeResolved(configuration, seed);
    const { executor } = configuration.training;
    const run = { recipeText, recipeName, variant, seed, now, position, executor, executorReason };
    const { id, dir } = await createRun(runsDir, run);
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
