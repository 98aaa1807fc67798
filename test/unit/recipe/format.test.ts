import { describe, expect, it, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { int32At, keyOf } from '../../../src/core/random.ts';
import { formatRecipe } from '../../../src/recipe/format.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { presets } from '../../../src/recipe/presets.ts';
import { readYaml } from '../../../src/recipe/yamlDocument.ts';
import { plainOf } from '../../../src/recipe/yamlNode.ts';
import { blockLines } from '../../../src/recipe/yamlText.ts';
import { differentRecipes, shippedRecipes } from '../../support/shippedRecipes.ts';
import { recipeText, TASK } from './support.ts';

function formatted(text: string): string {
  return TextDocument.applyEdits(TextDocument.create('a:a', 'yaml', 0, text), formatRecipe(text));
}

describe('formatRecipe', () => {
  test.each([
    ['indentation', 'a:\n    b: 1\n    c:\n        d: 2\n', 'a:\n  b: 1\n  c:\n    d: 2\n'],
    ['lists', 'a:\n- 1\n-   b: 2\n    c: 3\n', 'a:\n  - 1\n  - b: 2\n    c: 3\n'],
    ['lists of lists', 'a:\n- - 1\n  - 2\n-\n   x: 1\n', 'a:\n  - - 1\n    - 2\n  -\n    x: 1\n'],
    ['braces', 'a: {b: 1,c :  [ 1,2 , 3],d: {}, e: [ ]}\n', 'a: { b: 1, c: [1, 2, 3], d: {}, e: [] }\n'],
    ['quotes and numbers', `a:   1.0e-3\nb: 'x'\nc:\t"y"\n`, `a: 1.0e-3\nb: 'x'\nc: "y"\n`],
    ['blank lines', '\n\na: 1\n\n\n\nb: 2\n\n\n', 'a: 1\n\nb: 2\n'],
    ['ends of lines', 'a: 1  \nb: 2', 'a: 1\nb: 2\n'],
    ['CR LF', 'a:\r\n    b: 1\r\n\r\n\r\nc: 1', 'a:\r\n  b: 1\r\n\r\nc: 1\r\n'],
    [
      'brackets on lines',
      'a: {\n b: 1,\n     c: [\n 1,\n 2]\n}\n',
      'a: {\n  b: 1,\n  c: [\n    1,\n    2]\n}\n',
    ],
    ['comments beside', 'a:   1   # one\nbb: 22   # two\n', 'a: 1   # one\nbb: 22   # two\n'],
    [
      'comments above',
      'a:\n    # b\n    b: 1\n      # c\n# d\nc: 1\n',
      'a:\n  # b\n  b: 1\n  # c\n# d\nc: 1\n',
    ],
    ['comments of what is left out', 'a:\n    # b: 1\nc: 1\n', 'a:\n  # b: 1\nc: 1\n'],
    ['comments at the end', 'a:\n    b: 1\n    # c\n# d', 'a:\n  b: 1\n  # c\n# d\n'],
    [
      'block scalars',
      'a:\n    b: |\n        x\n          y\n\n    c: 1\n',
      'a:\n  b: |\n      x\n        y\n\n  c: 1\n',
    ],
    [
      'texts on several lines',
      'a:\n    b: x\n        y\n    c: "u\n      v"\n',
      'a:\n  b: x\n    y\n  c: "u\n    v"\n',
    ],
  ])('%s', (_, text, expected) => {
    expect(formatted(text)).toBe(expected);
    expect(formatRecipe(expected)).toEqual([]);
  });

  it('leaves a text with faults alone', () => {
    expect(formatRecipe('a:   [1,\n')).toEqual([]);
    expect(formatRecipe('a:   1\na: 2\n')).toEqual([]);
    expect(formatRecipe('')).toEqual([]);
  });

  it('changes only what differs', () => {
    expect(formatRecipe('a: 1\nb:  2\nc: 3\n')).toEqual([
      { range: { start: { line: 1, character: 2 }, end: { line: 1, character: 4 } }, newText: ' ' },
    ]);
  });
});

const texts = [
  ...differentRecipes.map(({ text }) => text),
  ...presets.map(({ methods, variants }) =>
    recipeText({
      methods: ['methods:', ...blockLines(methods, 4)].join('\n'),
      ...(variants === undefined ? {} : { variants: ['variants:', ...blockLines(variants, 3)].join('\n') }),
    }),
  ),
  recipeText({
    task: `task:\n   ${TASK.replaceAll(', ', '\n   ')}\n   labels:\n   - a # first\n   -   "b"`,
    grid: 'grid:\n  - methods.ln_tuning.layers: [0-5, [0, 2]]\n    training.max_steps: [1,2]\n  -   training.learning_rate: [ 1.0e-3 , 2]',
    seeds: 'seeds:\n- 1\n- 2',
  }),
];

test('formatted recipes are the same recipes, and formatting them again changes nothing', () => {
  expect(shippedRecipes.length).toBeGreaterThan(10);
  for (const text of new Set([...shippedRecipes.map((each) => each.text), ...texts])) {
    const once = formatted(text);
    const [before, after] = [text, once].map((each) => parseRecipe(each, 'a.yaml'));
    expect(after.recipe?.configurations).toEqual(before.recipe?.configurations);
    expect(after.recipe).toBeDefined();
    expect(once.replace(/\s/g, '')).toBe(text.replace(/\s/g, ''));
    expect(formatRecipe(once)).toEqual([]);
  }
});

test('whatever the spaces, formatting keeps what a text says and comes to an end', () => {
  let count = 0;
  for (let round = 0; round < 1500; round++) {
    const key = keyOf('format', round);
    const at = (index: number, size: number) => (int32At(key, index) >>> 0) % size;
    let text = texts[at(0, texts.length)];
    for (let change = 0; change < 2; change++) {
      const start = at(2 * change + 1, text.length);
      const piece = [' ', '  ', '\n', '\n\n', ' # c\n', '# c\n', '\r\n', '\t', ' |\n   ', '"'][
        at(2 * change + 2, 10)
      ];
      text = text.slice(0, start) + piece + text.slice(start);
    }
    const { root } = readYaml(text);
    const once = formatted(text);
    if (root === undefined) expect(once).toBe(text);
    else {
      if (once !== text) count++;
      expect(plainOf(readYaml(once).root!), text).toEqual(plainOf(root));
      expect(formatted(once), text).toBe(once);
    }
  }
  expect(count).toBeGreaterThan(200);
});
