import { join, resolve } from 'node:path';
import { readModelFacts } from '../checkpoints/facts.ts';
import { listFolder } from '../checkpoints/files.ts';
import { UserError } from '../core/errors.ts';
import { readDataFacts } from '../data/facts.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import { findArchitecture } from '../models/registry.ts';
import {
  factsWanted,
  type Facts,
  type FileFacts,
  type FileRequest,
  type ModelFacts,
  type ModelRequest,
  type Unusable,
} from '../recipe/facts.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { isWithin } from '../files/within.ts';
import { examplesPerRow } from './examplesPerRow.ts';
import type { RecipePlace } from './recipePlace.ts';

/**
 * Looks at every model and data file that a recipe names; what cannot be read becomes the fact that it is unusable, and
 * what may not be looked at is absent.
 */
export async function gatherFacts(recipe: Recipe, place: RecipePlace): Promise<Facts> {
  const { models } = await gatherModelFacts(recipe, place);
  const files = new Map<string, FileFacts | Unusable>();
  for (const [key, request] of factsWanted(recipe).files) {
    const facts = await orUnusable(fileFacts(request, recipe.seeds[0], place));
    if (facts !== undefined) files.set(key, facts);
  }
  return {
    models,
    files,
    examplesPerRow: await examplesPerRow(recipe.configurations, { models, files }, place),
  };
}

/** The same of the models alone. */
export async function gatherModelFacts(recipe: Recipe, place: RecipePlace): Promise<Facts> {
  const models = new Map<string, ModelFacts | Unusable>();
  for (const [key, request] of factsWanted(recipe).models) {
    const facts = await orUnusable(modelFacts(request, place));
    if (facts !== undefined) models.set(key, facts);
  }
  return { models, files: new Map() };
}

async function modelFacts(
  { model, revision, weights: given }: ModelRequest,
  { recipeDir, env, within }: RecipePlace,
): Promise<ModelFacts | undefined> {
  if (!(await isWithin(resolve(recipeDir, model), within))) return undefined;
  const dir = await resolveModel(model, { recipeDir, revision, env });
  if (within !== undefined) {
    const files = (await listFolder(dir)).map((name) => join(dir, name));
    for (const path of [dir, ...files]) if (!(await isWithin(path, within))) return undefined;
  }
  const { architectureId, shape, weights, tokenizer, faults } = await readModelFacts(dir, given);
  return {
    info: { architecture: findArchitecture(architectureId), shape },
    ...(weights && { missing: weights.missing }),
    ...(tokenizer?.maxLength !== undefined && { tokenizerMaxLength: tokenizer.maxLength }),
    faults: faults.map(sentenceOf),
  };
}

async function fileFacts(
  { file, cut, ...options }: FileRequest,
  seed: number,
  { recipeDir, within }: RecipePlace,
): Promise<FileFacts | undefined> {
  const path = resolve(recipeDir, file);
  return (await isWithin(path, within))
    ? readDataFacts(path, { ...options, ...(cut && { cut: { ...cut, seed } }) })
    : undefined;
}

async function orUnusable<T>(reading: Promise<T>): Promise<T | Unusable> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UserError) return { unusable: sentenceOf(error) };
    throw error;
  }
}

/** What is wrong and its remedy, on the one line that a problem has. */
function sentenceOf({ message }: UserError): string {
  return message.replace(/\.?\n\s*/g, '. ');
}
