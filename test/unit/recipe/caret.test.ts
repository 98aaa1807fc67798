import { describe, expect, it, test } from 'vitest';
import { int32At, keyOf } from '../../../src/core/random.ts';
import { caretAt, type Caret } from '../../../src/recipe/caret.ts';
import { plainOf } from '../../../src/recipe/yamlNode.ts';
import { caretIn } from '../../support/caretIn.ts';

/** What is found at the `|` of a text, in one line: `key a.b <word>`, with the other keys or items. */
function brief(marked: string): string {
  const { text, position } = caretIn(marked);
  const caret = caretAt(text, position);
  return caret === undefined ? 'nothing' : words(caret);
}

function words({ path, writes, word, keys, items, inFlow, hasColon }: Caret): string {
  const others = [...keys, ...items];
  return [
    writes === 'key' && hasColon ? 'named key' : writes,
    `${path.join('.') || '-'}`,
    `<${word}>`,
    ...(inFlow ? ['flow'] : []),
    ...(others.length === 0 ? [] : [`beside ${others.join(', ')}`]),
  ].join(' ');
}

describe('the caret stands', () => {
  it.each([
    ['in an empty text', '|', 'key - <>'],
    ['on an empty line', 'version: 1\n|\nmodel: m\n', 'key - <> beside version, model'],
    ['at a half-written key', 'methods:\n  ln_t|', 'key methods <ln_t>'],
    ['at a half-written key among others', 'm:\n  a: 1\n  b|\n  c:\n    d: 1\n', 'key m <b> beside a, c'],
    ['in front of a key', 'a: 1\n|model: x', 'named key - <model> beside a'],
    ['inside a key', 'mo|del: x', 'named key - <model>'],
    ['behind a key, at its colon', 'model|: x', 'named key - <model>'],
    ['behind the colon', 'model:|\nname: x', 'value model <>'],
    ['behind colon and space', 'model: |\nname: x', 'value model <>'],
    ['in a value', 'task:\n  pooling: me|an', 'value task.pooling <mean>'],
    [
      'in a value of several words',
      'report:\n  baseline: head on|ly # c',
      'value report.baseline <head only>',
    ],
    ['in a quoted value', "report:\n  baseline: 'head on|ly' # c", 'value report.baseline <head only>'],
    ['in a quote that is open', 'report:\n  baseline: "head |\nseeds: [1]', 'value report.baseline <head >'],
    ['behind a closed quote', 'model: "x"|\n', 'value model <x>'],
    ['at an indent below a key', 'methods:\n  |\ntraining:\n', 'key methods <>'],
    ['at the indent of a mapping around', 'm:\n  a:\n    b: 1\n  |\n', 'key m <> beside a'],
    ['at an indent that nothing has', 'm:\n    a: 1\n  |\n', 'nothing'],
    ['below a value, deeper', 'model: x\n   |', 'nothing'],
    ['in the margin of a line', 'm:\n |   a: 1\n', 'nothing'],
    [
      'inside a variant',
      'variants:\n  head only:\n    methods:\n      |\n',
      'key variants.head only.methods <>',
    ],
    ['in an empty flow mapping', 'ln: {|}', 'key ln <> flow'],
    ['in a flow mapping with spaces', 'ln: { | }', 'key ln <> flow'],
    ['behind a comma', 'ln: { layers: all, | }', 'key ln <> flow beside layers'],
    ['at the value between comma and brace', 'ln: { layers: |, a: 1 }', 'value ln.layers <> flow'],
    ['directly behind a colon in braces', 'ln: {layers:|}', 'value ln.layers <> flow'],
    ['at a key in braces', 'ln: { lay|, a: 1 }', 'key ln <lay> flow beside a'],
    [
      'in braces inside of braces',
      'v: { m: { ln: { la|: [0], b: 1 } } }',
      'named key v.m.ln <la> flow beside b',
    ],
    ['in braces over several lines', 'v:\n  {\n    a: { b: 1 },\n    |\n  }\n', 'key v <> flow beside a'],
    ['in braces that nobody closes', 'm:\n  ln: { layers: |\nname: x\n', 'value m.ln.layers <> flow'],
    ['behind braces that nobody closes', 'm:\n  ln: { layers: all\n  |\nname: x\n', 'key m <> beside ln'],
    ['in brackets', 'at: [attention, |]', 'value at.1 <> flow beside attention'],
    ['in a word of brackets', 'at: [att|, ffn]', 'value at.0 <att> flow beside ffn'],
    ['in brackets that nobody closes', 'at: [|\nb: 1', 'value at.0 <> flow'],
    ['behind a dash', 'at:\n  - ffn\n  - |\n', 'key at.1 <> beside ffn'],
    ['directly behind a dash', 'at:\n  -|\n', 'key at.0 <>'],
    ['behind a dash in the column of its key', 'at:\n- a|\nb: 1', 'key at.0 <a>'],
    [
      'in the mapping of an item',
      'adapter:\n  - at: [ffn]\n    |\n  - at: x\n',
      'key adapter.0 <> beside at',
    ],
    [
      'at the first key of an item',
      'adapter:\n  - a|: [ffn]\n    b: 1\n',
      'named key adapter.0 <a> beside b',
    ],
    ['where a list goes on', 'seeds:\n  - 1\n  |', 'key seeds <> beside 1'],
    ['in a comment', 'model: x # about |it\n', 'nothing'],
    ['in a comment of its own line', '  # |\n', 'nothing'],
    ['in front of a comment', 'model: | # c\n', 'value model <>'],
    ['below a comment', 'task:\n  # c\n  |\n', 'key task <>'],
    ['in the text of a block', 'name: >\n  a: |\nmodel: x', 'nothing'],
    ['below a separator', '---\n|\nmodel: x', 'key - <> beside model'],
    ['with CR LF', 'a: 1\r\nb:\r\n  |\r\nc: 1\r\n', 'key b <>'],
    ['at a dotted key', 'grid:\n  methods.ln|: [1]\n', 'named key grid <methods.ln>'],
    ['at a path with colons', 'model: C:\\m|', 'value model <C:\\m>'],
    ['behind broken lines', 'a: "x\nb: ]\nc: {{{\nmethods:\n  |', 'key methods <>'],
  ])('%s', (_, text, expected) => {
    expect(brief(text)).toBe(expected);
  });
});

test('the range is that of the word with its quotes, and a missing space is told', () => {
  const at = (marked: string) => {
    const { text, position } = caretIn(marked);
    const { range, lead, quote } = caretAt(text, position)!;
    return [range.start.line, range.start.character, range.end.character, lead, quote];
  };
  expect(at('a: 1\nmodel: "he|y"')).toEqual([1, 7, 12, '', '"']);
  expect(at('model:|')).toEqual([0, 6, 6, ' ', '']);
  expect(at('a: [b,|]')).toEqual([0, 6, 6, ' ', '']);
  expect(at('a:\n  -|')).toEqual([1, 3, 3, ' ', '']);
  expect(at('a: { lay|ers: 1 }')).toEqual([0, 5, 11, '', '']);
});

test('the rest of the text is there as values', () => {
  const { text, position } = caretIn(
    'version: 1\ntask: { type: "a b", labels: [x, y] }\nvariants:\n  LN: {}\n  b: { r: 1.0e-3\nmetho|\nl:\n- true\n- ~\n',
  );
  expect(plainOf(caretAt(text, position)!.tree)).toEqual({
    version: 1,
    task: { type: 'a b', labels: ['x', 'y'] },
    variants: { LN: null, b: { r: 1e-3 } },
    l: [true, null],
  });
});

test('no text and no position makes it throw', () => {
  const key = keyOf('caret');
  const pieces = [
    '{',
    '}',
    '[',
    ']',
    ':',
    ',',
    '- ',
    '"',
    "'",
    '#',
    '\n',
    '\r',
    '  ',
    'a',
    ': ',
    '|',
    '\0',
    '\t',
    '> ',
  ];
  for (let round = 0; round < 3000; round++) {
    const at = (index: number, size: number) => (int32At(key, 40 * round + index) >>> 0) % size;
    const text = Array.from({ length: 30 }, (_, i) => pieces[at(i, pieces.length)]).join('');
    const caret = caretAt(text, { line: at(31, 8), character: at(32, 20) });
    if (caret !== undefined) expect(caret.path.length).toBeGreaterThanOrEqual(0);
  }
  for (const text of [
    '['.repeat(50_000),
    '- '.repeat(20_000),
    `a: ${'x'.repeat(1_000_000)}`,
    '{a: '.repeat(9000),
  ])
    expect(() => caretAt(text, { line: 0, character: text.length })).not.toThrow();
  expect(caretAt('a: 1', { line: 7, character: 3 })).toBeUndefined();
});
