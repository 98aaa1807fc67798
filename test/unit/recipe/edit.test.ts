import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Json } from '../../../src/core/json.ts';
import { int32At, keyOf } from '../../../src/core/random.ts';
import { editRecipe } from '../../../src/recipe/edit.ts';
import type { ValueEdit } from '../../../src/protocol/language.ts';
import type { Change } from '../../../src/recipe/problem.ts';
import { edited as editedText } from '../../support/edited.ts';
import { differentRecipes } from '../../support/shippedRecipes.ts';
import { recipeText } from './support.ts';

/** The text with the edits made. */
function edited(text: string, ...edits: Change[]): string | undefined {
  const changes = editRecipe(text, edits);
  return changes && editedText(text, changes);
}

const set = (path: string, value?: Json): Change => {
  const steps = path.split('.').map((step) => (/^\d+$/.test(step) ? Number(step) : step));
  return { path: steps, ...(value === undefined ? {} : { value }) };
};

describe('one edit', () => {
  it.each<[string, string, Change, string]>([
    ['a scalar, its comment stays', 'a: 1 # one\nb: 2\n', set('a', 3), 'a: 3 # one\nb: 2\n'],
    ['a key', 'a: # one\n  b: 1 # two\n', { path: ['a', 'b'], newKey: 'c d' }, 'a: # one\n  c d: 1 # two\n'],
    ['a key in braces', 'a: { b: 1, c: 2 }\n', { path: ['a', 'b'], newKey: 'd' }, 'a: { d: 1, c: 2 }\n'],
    ['a text that needs quotes', 'a: 1\n', set('a', 'yes'), 'a: "yes"\n'],
    ['a text that needs none', 'a: 1\n', set('a', 'head only, twice'), 'a: head only, twice\n'],
    ['a word of YAML 1.1 inside braces', 'a: [x]\n', set('a.0', 'no'), 'a: ["no"]\n'],
    ['a text inside braces', 'a: { b: 1 }\n', set('a.b', 'x, y'), 'a: { b: "x, y" }\n'],
    ['a list instead of a word', 'a: all # c\n', set('a', [0, 2]), 'a: [0, 2] # c\n'],
    ['a flow list', 'a: [x, y] # c\n', set('a', ['x']), 'a: [x] # c\n'],
    ['a flow mapping', 'a: { b: 1 } # c\n', set('a', { d: { e: [1] } }), 'a: { d: { e: [1] } } # c\n'],
    [
      'a block by a block',
      'a: # c\n    b: 1\n    d: 2\n# z\ne: 1\n',
      set('a', { x: 1, w: {} }),
      'a: # c\n    x: 1\n    w: {}\n# z\ne: 1\n',
    ],
    [
      'a block by a word',
      'a: # c\n  - x\n  - y # d\n# z\nb: 1\n',
      set('a', 'all'),
      'a: all # c\n# z\nb: 1\n',
    ],
    ['a block list by a list', 'a:\n- x\n- y\nb: 1\n', set('a', ['z']), 'a:\n- z\nb: 1\n'],
    ['an empty value', 'a: # c\nb: 1\n', set('a', 2), 'a: 2 # c\nb: 1\n'],
    ['an empty value by a mapping', 'a: # c\nb: 1\n', set('a', { d: 1 }), 'a: # c\n  d: 1\nb: 1\n'],
    ['through an empty value', 'm:\n  a:\nb: 1\n', set('m.a.c', 1), 'm:\n  a:\n    c: 1\nb: 1\n'],
    ['a block text', 'a: |\n  x\n  y\nb: 1\n', set('a', 'z'), 'a: z\nb: 1\n'],
    ['an item', 'a:\n  - x # c\n  - y\n', set('a.0', 'z'), 'a:\n  - z # c\n  - y\n'],
    ['a missing key', 'a:\n  b: 1 # c\n\nd: 2\n', set('a.e', 3), 'a:\n  b: 1 # c\n  e: 3\n\nd: 2\n'],
    ['a missing key in braces', 'a: { b: 1 }\n', set('a.e', 3), 'a: { b: 1, e: 3 }\n'],
    ['a missing key in empty braces', 'a: {} # c\n', set('a.e', 3), 'a: { e: 3 } # c\n'],
    ['missing parents', 'a: 1', set('b.c.d', [1, 2]), 'a: 1\nb:\n  c:\n    d: [1, 2]'],
    ['missing parents in braces', 'a: { b: {} }\n', set('a.c.d', 'x'), 'a: { b: {}, c: { d: x } }\n'],
    ['an item behind the last', 'a:\n  - x\nb: 1\n', set('a.1', 'z'), 'a:\n  - x\n  - z\nb: 1\n'],
    ['an empty document', '', set('a.b', 1), 'a:\n  b: 1\n'],
    ['a document of comments', '# only', set('a', 1), '# only\na: 1\n'],
    ['removal', 'a: 1\nb: 2 # two\nc: 3\n', set('b'), 'a: 1\nc: 3\n'],
    [
      'removal of a block',
      'a: 1\nb:\n  c: 2\n  # in\n  d: 3 # d\n# z\ne: 4\n',
      set('b'),
      'a: 1\n# z\ne: 4\n',
    ],
    ['removal at the end', 'a: 1\nb: 2', set('b'), 'a: 1'],
    ['removal from braces: first', 'a: { b: 1, c: 2 }\n', set('a.b'), 'a: { c: 2 }\n'],
    ['removal from braces: last', 'a: { b: 1, c: 2 }\n', set('a.c'), 'a: { b: 1 }\n'],
    ['removal from braces: only', 'a: { b: 1 } # c\n', set('a.b'), 'a: {} # c\n'],
    ['removal of the only entry', 'a: # c\n  b: 1\nd: 1\n', set('a.b'), 'a: {} # c\nd: 1\n'],
    ['removal from a list', 'a: [x, y, z]\n', set('a.1'), 'a: [x, z]\n'],
    ['removal of what is not there', 'a: 1\n', set('b.c'), 'a: 1\n'],
    ['braces over lines', 'a: {\n  b: 1, # one\n  c: 2 }\n', set('a.c'), 'a: {\n  b: 1 # one\n   }\n'],
    ['first of an item', 'a:\n  - b: 1\n    c: 2\n', set('a.0.b'), 'a:\n  - c: 2\n'],
    ['a key that looks like a number', 'a: 1\n', { path: ['v', '1'], value: 2 }, 'a: 1\nv:\n  "1": 2\n'],
    [
      'an entry to another place, with its comment and notation',
      'x: 1e-4 # c\n# d\na:\n  b: 1\n',
      { path: ['x'], newPath: ['a', 'v'] },
      '# d\na:\n  b: 1\n  v: 1e-4 # c\n',
    ],
    [
      'a block further to the left',
      'a:\n    x: # c\n      - 1e1 # d\n\n      - |\n        e\n    z: 1\nb:\n  w: 2\n',
      { path: ['a', 'x'], newPath: ['b', 'v'] },
      'a:\n    z: 1\nb:\n  w: 2\n  v: # c\n    - 1e1 # d\n\n    - |\n      e\n',
    ],
    [
      'a block into braces',
      "x:\n  - 1e1\n  - 'a, b'\n  - k: a, b\na: { b: 1 }\n",
      { path: ['x'], newPath: ['a', 'v'] },
      'a: { b: 1, v: [1e1, \'a, b\', { k: "a, b" }] }\n',
    ],
    [
      'braces over lines out of braces',
      'a: { x: [1e1,\n  2e1], z: 1 }\nb:\n  c: 1\n',
      { path: ['a', 'x'], newPath: ['b', 'v'] },
      'a: { z: 1 }\nb:\n  c: 1\n  v: [1e1,\n    2e1]\n',
    ],
    ['nothing to another place', 'x: # c\na: 1\n', { path: ['x'], newPath: ['v'] }, 'a: 1\nv: # c\n'],
    ['errors elsewhere', 'a: 1\nb: [1, 2\n', set('a', 2), 'a: 2\nb: [1, 2\n'],
  ])('%s', (_, text, edit, expected) => {
    expect(edited(text, edit)).toBe(expected);
    const crlf = text.replaceAll('\n', '\r\n');
    expect(edited(crlf, edit)).toBe(
      crlf.includes('\n') ? expected.replaceAll('\n', '\r\n') : edited(text, edit),
    );
  });

  it('says so where the path leads through a value without entries', () => {
    expect(editRecipe('a: 1\n', [set('a.b', 1)])).toBeUndefined();
    expect(editRecipe('- x\n', [set('a', 1)])).toBeUndefined();
  });

  it('moves nothing that is not there, and no block with comments into braces', () => {
    expect(editRecipe('a: 1\n', [{ path: ['x'], newPath: ['y'] }])).toBeUndefined();
    const text = 'x:\n  - 1 # c\n  - 2\na: { b: 1 }\n';
    expect(editRecipe(text, [{ path: ['x'], newPath: ['a', 'y'] }])).toBeUndefined();
  });

  it('touches no more than it must', () => {
    expect(editRecipe('a: 1 # one\nb: 2\n', [set('b', 3)])).toEqual([
      { range: { start: { line: 1, character: 3 }, end: { line: 1, character: 4 } }, newText: '3' },
    ]);
  });

  it.each([
    ['nested', '['.repeat(50_000)],
    ['aliases', 'a: &a [*a, *a]\nb: *a\n<<: *b\n'],
    ['keys', '? [a]\n: 1\n? x\n: 2\n'],
    ['documents', '---\na: 1\n---\nb: 2\n'],
    ['controls', 'a:\0 \t\ud800'],
  ])('a hostile text never makes it throw: %s', (_, text) => {
    expect(() => editRecipe(text, [set('a', 1), set('b.c', [1]), set('x'), set('a')])).not.toThrow();
  });
});

const recipes = [
  ...differentRecipes.map(({ text }) => text),
  recipeText(),
  recipeText({
    methods:
      'methods:\n  # how\n  ln_tuning:\n    layers: upper_half # top\n    layer_norms: [attention, ffn]\n  # end',
    training: 'training: # t\n  learning_rate: 1.0e-3 # peak\n\n  # between\n  warmup_steps: 0.06',
    seeds: 'seeds:\n  - 1 # one\n  - 2',
  }),
];
recipes.push(...recipes.map((text) => text.replaceAll('\n', '\r\n')));

const edits: Change[] = [
  set('model', './other: model'),
  set('name', 'no'),
  set('seeds', [1, 2, 3]),
  set('seeds.0'),
  set('methods', { ln_tuning: { layers: [0, 1] }, head_only: {} }),
  set('methods.ln_tuning.layers', 'all'),
  set('methods.ln_tuning.layer_norms', ['embeddings']),
  set('methods.ln_tuning'),
  set('training.learning_rate', 0.0005),
  set('training.lr_scheduler_type', 'cosine'),
  set('training.warmup_steps'),
  set('training'),
  set('task.labels', ['good', 'bad, worse']),
  set('task.max_length'),
  set('variants', { one: {}, 'two, three': { methods: { head_only: {} } } }),
  set('variants.LN-tuning'),
];

describe('sequences of edits', () => {
  it('leave the values wanted, every comment outside of them, and all other lines as they were', () => {
    for (let round = 0; round < 400; round++) {
      const key = keyOf('edits', round);
      const pick = (index: number, size: number) => (int32At(key, index) >>> 0) % size;
      const text = recipes[pick(0, recipes.length)];
      const chosen = Array.from(
        { length: 1 + pick(1, 4) },
        (_, index) => edits[pick(2 + index, edits.length)],
      );
      const result = edited(text, ...chosen);
      const context = JSON.stringify({ chosen, text, result }, undefined, 1);
      const wanted = chosen.reduce(withEdit, parse(text) as Json);
      expect(parse(result!), context).toEqual(wanted);
      expect(
        (result!.match(/\r?\n/g) ?? []).every((eol) => eol === (text.includes('\r\n') ? '\r\n' : '\n')),
      ).toBe(true);

      const touched = (line: string) => chosen.some(({ path }) => line.includes(String(path.at(-1))));
      const roots = new Set(chosen.filter(({ path }) => path.length === 1).map(({ path }) => path[0]));
      const kept = new Set(result!.split(/\r?\n/));
      for (const [line, root] of linesWithRoots(text)) {
        if (/^#/.test(line)) expect(kept, `${line} ${context}`).toContain(line);
        else if (!roots.has(root) && !chosen.some(({ path }) => path[0] === root) && !touched(line))
          expect(kept, `${line} ${context}`).toContain(line);
      }
    }
  });
});

/** Each line with the root key whose value it belongs to. */
function linesWithRoots(text: string): [string, string][] {
  let root = '';
  return text.split(/\r?\n/).map((line) => {
    root = /^(\w+):/.exec(line)?.[1] ?? root;
    return [line, root];
  });
}

function withEdit(root: Json, { path, value }: ValueEdit): Json {
  const [step, ...rest] = path;
  const isList = Array.isArray(root) || (root === null && typeof step === 'number');
  const container = isList ? [...((root as Json[] | null) ?? [])] : { ...((root as object | null) ?? {}) };
  const map = container as Record<string | number, Json>;
  if (rest.length > 0) {
    if (!(step in map) && value === undefined) return root;
    map[step] = withEdit(map[step] ?? null, { path: rest, ...(value === undefined ? {} : { value }) });
  } else if (value !== undefined) map[step] = value;
  else if (Array.isArray(container)) container.splice(Number(step), 1);
  else return Object.fromEntries(Object.entries(map).filter(([key]) => key !== String(step)));
  return container as Json;
}
