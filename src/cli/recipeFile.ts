import { readFile } from 'node:fs/promises';
import { extname, resolve } from 'node:path';
import { parseRecipe } from '../recipe/parse.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { readSetting, withSettings } from '../recipe/settings.ts';
import { badSetting, faultyRecipe, noRecipe, recipeUnreadable } from './errors.ts';
import { problemLineWithSettings } from './problemLine.ts';

export interface RecipeFile {
  readonly path: string;
  readonly recipe: Recipe;
}

/** Whether an argument names a recipe rather than a run. */
export function isRecipeFile(argument: string): boolean {
  return /\.ya?ml$/i.test(argument);
}

/**
 * Reads and parses a recipe named on the command line, with the values of `--set PATH=YAML` in place.
 * @throws UserError with a line for each error in it
 */
export async function readRecipeFile(
  argument: string,
  cwd: string,
  settings: readonly string[] = [],
): Promise<RecipeFile> {
  const { path, recipe, problems, lineOf } = await parseRecipeFile(argument, cwd, settings);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (recipe === undefined) throw faultyRecipe(errors.map(lineOf));
  return { path, recipe };
}

/**
 * The same with the problems as data; `recipe` is absent where one is an error. `lineOf` says a problem of it in one line.
 * @throws UserError for a file that cannot be read, or is no recipe
 */
export async function parseRecipeFile(
  argument: string,
  cwd: string,
  settings: readonly string[] = [],
): Promise<
  Pick<RecipeFile, 'path'> &
    ReturnType<typeof parseRecipe> & { readonly lineOf: (problem: Problem) => string }
> {
  const path = resolve(cwd, argument);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw recipeUnreadable(argument, error);
  }
  // What has no ending may be a pipe.
  if (extname(argument) !== '' && !isRecipeFile(argument)) throw noRecipe(argument);
  const lineOf = (problem: Problem) => problemLineWithSettings(argument, problem, { text, settings });
  return { path, ...parseRecipe(changed(text, settings), path), lineOf };
}

function changed(text: string, settings: readonly string[]): string {
  const read = settings.map((setting) => {
    const parsed = readSetting(setting);
    if (parsed === undefined) throw badSetting(setting);
    return parsed;
  });
  const result = withSettings(text, read);
  if (result === undefined) throw badSetting(settings.join(' '));
  return result;
}
