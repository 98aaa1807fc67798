import { expect } from 'vitest';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Problem, Range } from '../../../src/recipe/problem.ts';
import type { Recipe } from '../../../src/recipe/recipe.ts';

/** The least that a task says. */
export const TASK = 'type: text-classification, train: train.tsv, text: text, label: label';

const VALID = {
  version: 'version: 1',
  model: 'model: ./model',
  task: `task: { ${TASK} }`,
  methods: 'methods: { ln_tuning: {} }',
};

/** A small recipe whose lines are valid save for those given; other names than the four are appended. */
export function recipeText(lines: Readonly<Record<string, string>> = {}): string {
  return Object.values({ ...VALID, ...lines }).join('\n') + '\n';
}

/** The text without its `«` and `»`, and the range between them. */
export function unmarked(marked: string): { text: string; range: Range } {
  const positionAt = (text: string) => {
    const lines = text.split('\n');
    return { line: lines.length - 1, character: lines[lines.length - 1].length };
  };
  const [before, inside, after] = marked.split(/[«»]/);
  if (after === undefined) throw new Error(`no marks in ${marked}`);
  return {
    text: before + inside + after,
    range: { start: positionAt(before), end: positionAt(before + inside) },
  };
}

/** The recipe of a text that must have no problem at all. */
export function parsed(text: string): Recipe {
  const { recipe, problems } = parseRecipe(text, 'recipe.peft.yaml');
  expect(problems).toEqual([]);
  return recipe!;
}

export function brief({ code, message, path }: Problem): string {
  return `${code} [${path}] ${message}`;
}
