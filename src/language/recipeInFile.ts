import { readFile, stat } from 'node:fs/promises';
import { messageOf } from '../core/errors.ts';
import { isWithin } from '../files/within.ts';
import { recipeUnreadable } from './errors.ts';
import { fileOf, placeOf, type RecipeText, type Workspace } from './workspace.ts';

/** A recipe is shorter; larger files are something else. */
const MAX_RECIPE_BYTES = 2 ** 20;

/**
 * The text of a recipe that is not open, from its file.
 * @throws UserError where it cannot be read, or lies outside of what the workspace's trust allows
 */
export async function recipeInFile(uri: string, workspace: Workspace): Promise<RecipeText> {
  const file = fileOf(uri);
  if (file === undefined) throw recipeUnreadable(uri, 'it is not open');
  if (!(await isWithin(file, placeOf(uri, workspace)?.within)))
    throw recipeUnreadable(file, 'it lies outside of the workspace, which is not trusted');
  try {
    const { size } = await stat(file);
    if (size > MAX_RECIPE_BYTES) throw new Error(`expected at most ${MAX_RECIPE_BYTES} bytes, found ${size}`);
    return { uri, text: await readFile(file, 'utf8') };
  } catch (error) {
    throw recipeUnreadable(file, messageOf(error));
  }
}
