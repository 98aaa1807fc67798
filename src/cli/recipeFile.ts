import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseRecipe } from '../recipe/parse.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { readSetting, withSettings } from '../recipe/settings.ts';
import { badSetting, faultyRecipe, recipeUnreadable } from './errors.ts';

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
  const { path, recipe, problems } = await parseRecipeFile(argument, cwd, settings);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (recipe === undefined) throw faultyRecipe(errors.map((problem) => problemLine(argument, problem)));
  return { path, recipe };
}

/** The same with the problems as data; `recipe` is absent where one is an error. @throws UserError for a file that cannot be read */
export async function parseRecipeFile(
  argument: string,
  cwd: string,
  settings: readonly string[] = [],
): Promise<Pick<RecipeFile, 'path'> & ReturnType<typeof parseRecipe>> {
  const path = resolve(cwd, argument);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw recipeUnreadable(argument, error);
  }
  return { path, ...parseRecipe(changed(text, settings), path) };
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

/** `file:line:column: severity code message`, counted from 1. */
export function problemLine(file: string, { range, severity, code, message }: Problem): string {
  const line = `${file}:${range.start.line + 1}:${range.start.character + 1}: ${severity} ${code} ${message}`;
  // Text of the recipe must not steer the terminal.
  return line.replace(/\p{Cc}/gu, (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
