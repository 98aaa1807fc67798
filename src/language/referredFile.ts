import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { RecipePlace } from '../facts/recipePlace.ts';
import { isWithin } from '../files/within.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import type { Reference } from '../recipe/references.ts';

/** Path of the file that a reference means, a model's config.json for a model; undefined where there is none that may be looked at. */
export async function referredFile(reference: Reference, place: RecipePlace): Promise<string | undefined> {
  if (reference.kind === 'places') return undefined;
  const { recipeDir, within } = place;
  const named = resolve(recipeDir, reference.kind === 'file' ? reference.file : reference.model.model);
  if (!(await isWithin(named, within))) return undefined;
  const file = reference.kind === 'file' ? named : await configOf(reference.model, place);
  if (file === undefined || !(await isWithin(file, within))) return undefined;
  const found = await stat(file).catch(() => undefined);
  return found?.isFile() ? file : undefined;
}

async function configOf(
  { model, revision }: Extract<Reference, { kind: 'model' }>['model'],
  place: RecipePlace,
): Promise<string | undefined> {
  try {
    return join(await resolveModel(model, { ...place, revision }), 'config.json');
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
