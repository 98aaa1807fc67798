import { examplesKey, fileKey, filesOf, modelKey, type Facts, type FileFacts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { tasks } from '../tasks/registry.ts';
import { exampleLengths } from './exampleLengths.ts';
import type { RecipePlace } from './recipePlace.ts';

/** So many rows tell the mean well enough while a recipe is being written. */
const SAMPLED_ROWS = 200;

/**
 * How many examples come of a training row on average, by `examplesKey`, for tasks that do not make one of each; about, from a sample of the
 * rows. What is not known of model or data is absent.
 */
export async function examplesPerRow(
  configurations: readonly Configuration[],
  facts: Pick<Facts, 'models' | 'files'>,
  place: RecipePlace,
): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>();
  for (const configuration of configurations) {
    const key = examplesKey(configuration);
    if (tasks[configuration.task.type].reshapesRows !== true || found.has(key)) continue;
    const value = await knownOrCounted(configuration, facts, place);
    if (value !== undefined) found.set(key, value);
  }
  return found;
}

/** By what is known of the training data, of which there is a new object once the file changes. */
const counted = new WeakMap<FileFacts, Map<string, number | undefined>>();

async function knownOrCounted(
  configuration: Configuration,
  { models, files }: Pick<Facts, 'models' | 'files'>,
  place: RecipePlace,
): Promise<number | undefined> {
  const model = models.get(modelKey(configuration));
  const { train: request } = filesOf(configuration);
  const train = request && files.get(fileKey(request));
  if (model === undefined || train === undefined || 'unusable' in model || 'unusable' in train)
    return undefined;
  const known = counted.get(train) ?? new Map<string, number | undefined>();
  counted.set(train, known);
  const key = JSON.stringify([place.recipeDir, examplesKey(configuration)]);
  if (!known.has(key)) {
    const sampled = await exampleLengths(configuration, model.info, place, SAMPLED_ROWS);
    known.set(key, sampled?.examplesPerRow);
  }
  return known.get(key);
}
