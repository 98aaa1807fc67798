import { expect } from 'vitest';
import { parse } from 'yaml';
import { parametersOf } from '../../../src/facts/parametersOf.ts';
import { vocabulary } from '../../../src/language/vocabulary.ts';
import type { ModelInfo } from '../../../src/peft/method.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import { modelKey, type Facts } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { switched } from '../../../webview/form/brush.ts';
import type { Brush, Part } from '../../../webview/form/brush.ts';
import { sectionOf, type Json } from '../../../webview/form/values.ts';
import { edited } from '../../support/edited.ts';

export const words = vocabulary();

export const recipeText = (methods: string) =>
  `version: 1\nmodel: ./m\ntask: { type: text-classification, train: t.tsv, text: a, label: b }\nmethods: ${methods}\n`;

export const methodsOf = (text: string) => (parse(text) as { methods: unknown }).methods;

/** What the form knows of a recipe for that model, with nothing wrong in it. */
export function formParameters(text: string, info: ModelInfo) {
  const facts: Facts = {
    models: new Map([[modelKey({ model: './m' }), { info, missing: [] }]]),
    files: new Map(),
  };
  const { recipe, problems } = parseRecipe(text, 'a.peft.yaml');
  expect(problems).toEqual([]);
  const parameters = parametersOf(recipe, facts);
  expect(parameters.variants[0].problem).toBeUndefined();
  return parameters;
}

export function brushOf(text: string, method: string, info: ModelInfo): Brush {
  const parameters = formParameters(text, info);
  const spread = parameters.spreads!.find((each) => each.method === method)!;
  const field = sectionOf(words.recipe.properties!.methods.properties![method]);
  return {
    spread,
    several: words.methods.find(({ id }) => id === method)!.several,
    default: field.properties![spread.field ?? '']?.default,
    uses: parameters.variants[0].uses!.filter((use) => use.method === method),
    layers: Array.from({ length: info.shape.layers }, (_, layer) => layer),
    values: parse(text) as Json,
    methods: ['methods'],
  };
}

/** The recipe's text after a press. */
export function textAfter(text: string, method: string, part: Part, info: ModelInfo): string {
  return edited(text, editRecipe(text, switched(brushOf(text, method, info), part) as never)!);
}
