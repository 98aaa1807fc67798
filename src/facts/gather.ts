import { resolve } from 'node:path';
import { readModelFacts } from '../checkpoints/facts.ts';
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

export interface RecipePlace {
  readonly recipeDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Looks at every model and data file that a recipe names; what cannot be read becomes the fact that it is unusable. */
export async function gatherFacts(recipe: Recipe, place: RecipePlace): Promise<Facts> {
  const wanted = factsWanted(recipe);
  const models = new Map<string, ModelFacts | Unusable>();
  for (const [key, request] of wanted.models) models.set(key, await orUnusable(modelFacts(request, place)));
  const files = new Map<string, FileFacts | Unusable>();
  for (const [key, request] of wanted.files) {
    const facts = await orUnusable(fileFacts(request, place));
    if (facts !== undefined) files.set(key, facts);
  }
  return { models, files };
}

async function modelFacts(
  { model, revision }: ModelRequest,
  { recipeDir, env }: RecipePlace,
): Promise<ModelFacts> {
  const dir = await resolveModel(model, { recipeDir, revision, env });
  const { architectureId, shape, weights, tokenizer, faults } = await readModelFacts(dir);
  return {
    info: { architecture: findArchitecture(architectureId), shape },
    ...(weights && { missing: weights.missing }),
    ...(tokenizer?.maxLength !== undefined && { tokenizerMaxLength: tokenizer.maxLength }),
    faults: faults.map(sentenceOf),
  };
}

function fileFacts(
  { file, format, label }: FileRequest,
  { recipeDir }: RecipePlace,
): Promise<FileFacts | undefined> {
  return readDataFacts(resolve(recipeDir, file), { format, label });
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
