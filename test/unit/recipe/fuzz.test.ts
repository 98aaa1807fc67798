import { expect, test } from 'vitest';
import { int32At, keyOf } from '../../../src/core/random.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { recipeText } from './support.ts';

const ROUNDS = 1000;

const SEEDS = [
  recipeText(),
  recipeText({
    training: 'training:\n  learning_rate: 1.0e-3 # peak\n  eval_strategy: epoch\n  warmup_steps: 0.06',
    task:
      'task:\n  type: text-classification\n  train: a.tsv\n  validation: 0.1\n  text: sentence\n  label: label\n' +
      '  labels:\n    - negative\n    - "positive"',
    variants:
      'variants:\n  head only: { methods: { head_only: {} } }\n  LN:\n    methods:\n      ln_tuning:\n        layers: 0-5',
    grid: 'grid:\n  - methods.ln_tuning.layers: [0-5, [0, 2]]\n  - training.learning_rate: [1, 2]',
    seeds: 'seeds: [1, 2, 3]',
    report: 'report: { split: validation, baseline: LN }',
  }).replaceAll('label: label', 'label: |\n    label'),
];

const PIECES = [
  ...'{}[]:,-#&*!|>\'"%@`?~ \n\t\r\0\u2028',
  ...[
    '---\n',
    '...\n',
    ': ',
    '- ',
    '? ',
    '<<: ',
    '  ',
    '\n\n',
    'null',
    '.inf',
    '-.inf',
    '1e999',
    '0x1f',
    '__proto__: ',
    '[[[[',
    '*a',
    '&a ',
  ],
  ...['methods', 'grid: ', 'variants: ', 'training: ', 'seeds: ', 'toString: ', '\ud800', '\u{1f600}'],
];

test('no text makes it throw, and every problem lies inside the text', () => {
  for (let round = 0; round < ROUNDS; round++) {
    const text = mutated(SEEDS[round % SEEDS.length], keyOf('mutation', round));
    const { recipe, problems } = parseRecipe(text, 'fuzz.yaml');
    const lines = text.split(/\r\n|\r|\n/);
    for (const { range, message, severity } of problems) {
      for (const { line, character } of [range.start, range.end]) {
        expect(line, text).toBeLessThan(lines.length);
        expect(character, text).toBeLessThanOrEqual(lines[line].length);
      }
      const isForward =
        range.start.line < range.end.line ||
        (range.start.line === range.end.line && range.start.character <= range.end.character);
      expect(isForward, text).toBe(true);
      expect(message).not.toMatch(/undefined|\[object|\n/);
      expect(severity === 'error' && recipe !== undefined, text).toBe(false);
    }
    expect(recipe !== undefined || problems.length > 0, text).toBe(true);
  }
});

test.each([
  ['brackets', '['.repeat(50_000)],
  ['dashes', '- '.repeat(50_000)],
  ['keys', Array.from({ length: 10_000 }, (_, index) => `k${index}:`).join('\n')],
  ['comments', '# x\n'.repeat(30_000)],
  ['documents', '---\n'.repeat(30_000)],
  ['blank lines', `a:\n${'\n'.repeat(100_000)} b`],
  ['a grid of grids', recipeText({ grid: `grid: [${'{ training.max_steps: [1, 2, 3] }, '.repeat(300)}]` })],
  [
    'unknown fields in every variant',
    recipeText({
      variants: `variants: {${Array.from({ length: 900 }, (_, i) => `v${i}: { a${i}: 1, b: 2 }`).join(', ')}}`,
    }),
  ],
])('hostile: %s', (_, text) => {
  expect(Array.isArray(parseRecipe(text, 'hostile.yaml').problems)).toBe(true);
});

/** One to three deletions, insertions, repetitions or exchanges. */
function mutated(text: string, key: number): string {
  const at = (index: number, size: number) => (int32At(key, index) >>> 0) % size;
  for (let change = 0; change <= at(0, 3); change++) {
    const base = 1 + change * 5;
    const start = at(base, text.length + 1);
    const end = Math.min(text.length, start + at(base + 1, 12));
    const piece = PIECES[at(base + 2, PIECES.length)];
    const other = at(base + 3, text.length + 1);
    const inner = [
      '',
      piece,
      text.slice(start, end) + piece,
      text.slice(start, end).repeat(2),
      text.slice(other, other + 10),
    ][at(base + 4, 5)];
    text = text.slice(0, start) + inner + text.slice(end);
  }
  return text;
}
