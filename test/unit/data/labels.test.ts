import { expect, it } from 'vitest';
import { checkLabels, labelsOf } from '../../../src/data/labels.ts';

const columnOf = (...labels: string[]) => ({
  file: 'data/train.tsv',
  column: 'label',
  rows: labels.map((label, index) => ({ index, line: index + 2, values: { label } })),
});

it('sorts the labels of train, or keeps the order of the recipe', () => {
  expect(labelsOf(columnOf('pos', 'neg', 'pos'))).toEqual(['neg', 'pos']);
  expect(labelsOf(columnOf('pos', 'neg'), ['pos', 'neg', 'neutral'])).toEqual(['pos', 'neg', 'neutral']);
});

it('sorts whole numbers by their value, as the rows of a head for them stand, and all as texts where one is none', () => {
  const ids = ['10', '2', '0', '11', '1', '-1'];
  expect(labelsOf(columnOf(...ids))).toEqual(['-1', '0', '1', '2', '10', '11']);
  expect(labelsOf(columnOf('1', '01', '0'))).toEqual(['0', '01', '1']);
  expect(labelsOf(columnOf(...ids, 'none'))).toEqual(['-1', '0', '1', '10', '11', '2', 'none']);
});

it('refuses one class, empty labels and labels that the recipe lacks', () => {
  expect(() => labelsOf(columnOf('pos', 'pos'))).toThrow(
    'data/train.tsv: expected at least two different labels',
  );
  expect(() => labelsOf(columnOf('pos', 'pos'), ['pos', 'neg'])).toThrow('found only "pos"');
  expect(() => labelsOf(columnOf('pos', 'neg', ''))).toThrow(
    'data/train.tsv:4: expected a label in column "label"',
  );
  expect(() => labelsOf(columnOf('pos', 'nega'), ['neg', 'pos'])).toThrow(
    'data/train.tsv:3: expected one of the labels "neg", "pos", found "nega"\n  Did you mean "neg"?',
  );
});

it('names the first row whose label train lacks', () => {
  const validation = { ...columnOf('a', '-', 'b'), file: 'data/dev.tsv' };
  expect(() => checkLabels(validation, ['a', 'b'])).toThrow(
    'data/dev.tsv:3: expected one of the labels "a", "b", found "-"',
  );
  expect(() => checkLabels(columnOf('a', 'b'), ['a', 'b', 'c'])).not.toThrow();
});

it('shortens what is no label at all', () => {
  const texts = Array.from({ length: 30 }, (_, i) => `${i} ${'long '.repeat(100)}`);
  const unknown = columnOf('word '.repeat(1000));
  expect(() => checkLabels(unknown, texts)).toThrow(/^.{1,1700} and 10 more, found "(word ){12}\.\.\."\n/s);
});
