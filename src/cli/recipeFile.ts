import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { parseRecipe } from '../recipe/parse.ts';
import type { Problem } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import { faultyRecipe, recipeUnreadable } from './errors.ts';

/** Reads and parses a recipe named on the command line. @throws UserError with a line for each error in it */
export async function readRecipeFile(
  argument: string,
  cwd: string,
): Promise<{ path: string; recipe: Recipe }> {
  const path = resolve(cwd, argument);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (error) {
    throw recipeUnreadable(argument, error);
  }
  const { recipe, problems } = parseRecipe(text, path);
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (recipe === undefined) throw faultyRecipe(errors.map((problem) => problemLine(argument, problem)));
  return { path, recipe };
}

/** `file:line:column: severity code message`, counted from 1. */
export function problemLine(file: string, { range, severity, code, message }: Problem): string {
  return `${file}:${range.start.line + 1}:${range.start.character + 1}: ${severity} ${code} ${message}`;
}
