import { parse } from 'yaml';
import { describe, expect, test } from 'vitest';
import { int32At, keyOf } from '../../../src/core/random.ts';
import type { Configuration } from '../../../src/recipe/recipe.ts';
import { withPaths, writeResolved } from '../../../src/recipe/resolved.ts';
import { parsed, recipeText } from './support.ts';

function configurationsOf(text: string): Configuration[] {
  return parsed(text).configurations;
}

const RECIPES = {
  plain: recipeText(),
  full: recipeText({
    model: 'model: org/name',
    revision: 'revision: v1.0',
    task:
      'task: { type: text-classification, train: a.txt, validation: 0.2, test: "c d.txt", format: csv, text: "1", ' +
      'text_pair: "null", label: "yes", labels: ["0", "no", "~", " x", "é\\u0007\\n"], max_length: 64, pooling: mean }',
    methods:
      'methods: { head_only: , ln_tuning: { layers: [3, 1], parameters: [bias], learning_rate: 1.0e-7 } }',
    training:
      'training: { max_steps: 7, eval_strategy: steps, eval_steps: 3, early_stopping_patience: 2, learning_rate: 0.1, ' +
      'metric_for_best_model: accuracy, executor: reference, warmup_steps: 0.06 }',
  }),
  random: recipeText({
    model: 'config: ./model',
    weights: 'weights: random',
    methods: 'methods: { full: {} }',
  }),
  many: recipeText({
    variants:
      'variants: { "a: b, #c": { training: { max_steps: 3 } }, "[x]": {}, "- y": {}, "16": {}, "true": {} }',
    grid: 'grid: { methods.ln_tuning.layers: [0-5, [1, 2]], training.learning_rate: [1e-3, 0.01] }',
  }),
};

describe('a resolved recipe', () => {
  test.each(Object.entries(RECIPES))('is read back to the same configuration (%s)', (_, text) => {
    for (const configuration of configurationsOf(text)) {
      const again = parsed(writeResolved(configuration, 7));
      expect(again.configurations).toStrictEqual([configuration]);
      expect(again.seeds).toEqual([7]);
    }
  });

  test('survives any text in its fields', () => {
    const [configuration] = configurationsOf(RECIPES.many);
    for (let round = 0; round < 100; round++) {
      const variant = randomText(keyOf('variant', round), '-:#[]{}&*!|>\'"%@`,? abc0=.~\\é\u{1f600}');
      const text = randomText(
        keyOf('text', round),
        '-:#[]{}&*!|>\'"%@`,? \n\t\u0007\u2028\ufeffabc0=.~\\é\u{1f600}',
      );
      const changed = {
        ...configuration,
        variant,
        name: `${variant}!`,
        task: { ...configuration.task, text },
      };
      expect(parsed(writeResolved(changed, round)).configurations).toStrictEqual([changed]);
    }
  });

  test('says the same to readers of YAML 1.1', () => {
    const [configuration] = configurationsOf(RECIPES.plain);
    const text = writeResolved(configuration, 0);
    expect(parse(text, { version: '1.1' })).toMatchObject({ training: { eval_strategy: 'no' } });
  });
});

test('withPaths renames files and a model that is a folder', () => {
  const [full] = configurationsOf(RECIPES.full);
  const [plain] = configurationsOf(RECIPES.plain);
  const rename = (path: string) => `/abs/${path}`;
  expect(withPaths(full, rename)).toMatchObject({
    model: 'org/name',
    task: { train: '/abs/a.txt', validation: 0.2, test: '/abs/c d.txt' },
  });
  expect(withPaths(plain, rename)).toMatchObject({
    model: '/abs/./model',
    task: { train: '/abs/train.tsv' },
  });
});

/** 1 to 12 characters of the alphabet. */
function randomText(key: number, alphabet: string): string {
  const characters = [...alphabet];
  const at = (index: number, size: number) => (int32At(key, index) >>> 0) % size;
  return Array.from(
    { length: 1 + at(0, 12) },
    (_, index) => characters[at(index + 1, characters.length)],
  ).join('');
}
