import { describe, expect, it } from 'vitest';
import { readDataFacts } from '../../../src/data/facts.ts';
import { checkLabels, labelsOf } from '../../../src/data/labels.ts';
import { splitByHash } from '../../../src/data/split.ts';
import { readTable } from '../../../src/data/table.ts';
import { testFolder } from './folder.ts';

const folder = testFolder();
const columns = ['tokens', 'tags'];

const read = (name: string, content: string, wanted = columns) =>
  readTable(folder.write(name, content), {
    columns: Object.fromEntries(wanted.map((name) => [name, 'list' as const])),
  });

const { fault } = folder;

describe('CoNLL', () => {
  it('is a row of lists for each sentence; a line of white space alone ends one, also one that holds a tab', async () => {
    const { rows, columns: found } = await read(
      'a.conll',
      '\uFEFF\n\nEmpire\tB-x\r\nState\tI-x\r\n\t\r\nBad\tO\n \n\nstorm\tO',
    );
    expect(found).toEqual(['tokens', 'tags', '0', '1']);
    expect(rows.map(({ index, line, lists }) => [index, line, lists])).toEqual([
      [0, 3, { tokens: ['Empire', 'State'], tags: ['B-x', 'I-x'] }],
      [1, 6, { tokens: ['Bad'], tags: ['O'] }],
      [2, 9, { tokens: ['storm'], tags: ['O'] }],
    ]);
  });
  it('splits at tabs where there is one, else at blanks; its columns have numbers', async () => {
    const eng = '-DOCSTART- -X- -X- O\n\nEU NNP B-NP B-ORG\nrejects  VBZ B-VP O\n';
    const { rows } = await read('eng.conll', eng, ['0', '1', 'tags']);
    expect(rows.map(({ line, lists }) => [line, lists])).toEqual([
      [3, { 0: ['EU', 'rejects'], 1: ['NNP', 'VBZ'], tags: ['B-ORG', 'O'] }],
    ]);
    const spaced = await read('spaced.conll', 'New York\tB-x\n\u00a0x\tO\n');
    expect(spaced.rows[0].lists?.tokens).toEqual(['New York', '\u00a0x']);
  });
  it('has no tags where it has one column', async () => {
    const { rows } = await read('words.conll', 'a\nb\n\nc\n', ['tokens']);
    expect(rows.map(({ lists }) => lists)).toEqual([{ tokens: ['a', 'b'] }, { tokens: ['c'] }]);
    expect(await fault(read('words.conll', 'a\nb\n'))).toContain('words.conll: expected a column "tags"');
  });
  it.each([
    ['a\tO\nb\n', 'bad.conll:2: expected 2 fields for a word, as on line 1, found 1'],
    ['a\tO\n\nb\t\n', 'bad.conll:3: expected 2 fields for a word, as on line 1, found nothing in field 2'],
    ['a\tO\nb\tO\tO\n', 'bad.conll:2: expected 2 fields for a word, as on line 1, found 3'],
    ['\tO\n', 'bad.conll:1: expected 2 fields for a word, as on line 1, found nothing in field 1'],
    ['\n\t\n', 'bad.conll: expected rows of data, found an empty file'],
    ['-DOCSTART- O\n', 'bad.conll: expected sentences, a word a line, found none'],
  ])('refuses %j', async (text, message) => {
    expect(await fault(read('bad.conll', text))).toContain(message);
  });
  it('is no table of texts', async () => {
    const file = folder.write('lists.conll', 'a\tO\n');
    expect(await fault(readTable(file, { columns: { tokens: 'text' } }))).toContain(
      'lists.conll:1: expected text',
    );
  });
});

describe('lists of JSONL', () => {
  const line = (values: object) => `${JSON.stringify(values)}\n`;
  it('are texts, numbers and booleans', async () => {
    const { rows } = await read('a.jsonl', line({ tokens: ['a', 1, true], tags: ['O', 'O', 'O'] }));
    expect(rows[0].lists).toEqual({ tokens: ['a', '1', 'true'], tags: ['O', 'O', 'O'] });
  });
  it.each([
    [{ tokens: 'a b', tags: ['O'] }, 'b.jsonl:1: expected a list of texts for "tokens", found "a b"'],
    [{ tokens: ['a', null], tags: ['O', 'O'] }, 'expected texts in the list "tokens", found null as item 2'],
    [
      { tokens: ['a', 'b'], tags: ['O'] },
      'expected one item of "tags" for each of the 2 of "tokens", found 1',
    ],
    [{ tokens: [], tags: [] }, 'expected at least one item in the list "tokens", found none'],
    [{ tokens: ['a'] }, 'b.jsonl: expected a column "tags"'],
  ])('refuses %j', async (values, message) => {
    expect(await fault(read('b.jsonl', line(values)))).toContain(message);
  });
});

describe('labels in lists', () => {
  const text = 'a\tB-x\nb\tO\n\nc\tO\nd\tNN\n';
  const form = { pattern: /^(O|B-.+)$/, expected: 'a tag' };
  it('are those of all items; a fault names its own line', async () => {
    const { rows } = await read('l.conll', text);
    const column = { file: 'l.conll', rows, column: 'tags' };
    expect(labelsOf(column)).toEqual(['B-x', 'NN', 'O']);
    expect(() => labelsOf(column, undefined, form)).toThrow(
      'l.conll:5: expected a tag as a label, found "NN"',
    );
    expect(() => checkLabels(column, ['B-x', 'O'])).toThrow('l.conll:5: expected one of the labels');
  });
  it('stand on the line of the record in JSONL', async () => {
    const lines = ['O', 'NN'].map((tag) => `${JSON.stringify({ tokens: ['a', 'b'], tags: ['O', tag] })}\n`);
    const { rows } = await read('l.jsonl', lines.join(''));
    const column = { file: 'l.jsonl', rows, column: 'tags' };
    expect(() => labelsOf(column, undefined, form)).toThrow('l.jsonl:2: expected a tag');
  });
  it('are counted one by one for the facts', async () => {
    const file = folder.write('f.conll', text);
    expect(await readDataFacts(file, { label: 'tags', columns: { tags: 'list' } })).toMatchObject({
      columns: ['tokens', 'tags', '0', '1'],
      rows: 2,
      labels: ['B-x', 'NN', 'O'],
      counts: [1, 1, 2],
    });
  });
});

it('splits lists as it splits texts: equal sentences on one side, which depends on the seed', async () => {
  const sentences = Array.from({ length: 400 }, (_, i) => `w${i % 200}\tO\nx\tB-x\n`);
  const { rows } = await read('split.conll', sentences.join('\n'));
  const sides = (seed: number) =>
    splitByHash(rows, { share: 0.25 }, seed).validation.map(({ index }) => index);
  const chosen = sides(1);
  expect(chosen.length).toBeGreaterThan(50);
  expect(chosen.length).toBeLessThan(160);
  expect(chosen.filter((index) => index < 200).map((index) => index + 200)).toEqual(
    chosen.filter((index) => index >= 200),
  );
  expect(sides(2)).not.toEqual(chosen);
});
