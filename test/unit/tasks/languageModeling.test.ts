import { expect, it } from 'vitest';
import { IGNORED } from '../../../src/core/ignored.ts';
import { floatTensor } from '../../../src/core/tensor.ts';
import { languageModeling } from '../../../src/tasks/languageModeling.ts';
import type { Encoder } from '../../../src/tasks/task.ts';
import { dataOf } from '../../support/dataOf.ts';

const END = 9;

/** A token for each digit. */
const encode: Encoder = {
  text: () => expect.unreachable('text'),
  words: () => expect.unreachable('words'),
  windows: () => expect.unreachable('windows'),
  ids: (text) => Array.from(text, Number),
  maxLength: 4,
  endId: END,
};
const fields = languageModeling.fields.parse({ type: 'language-modeling', text: 'line' });
const blocksOf = (...lines: string[]) =>
  languageModeling.features(
    fields,
    dataOf(...lines.map((line, index) => ({ index, line: index + 1, values: { line } }))),
    [],
    encode,
  );

it('joins all texts, each with the token behind it that ends one, and cuts them into blocks', () => {
  const blocks = blocksOf('123', '', '45');
  expect(blocks.map(({ inputIds }) => [...inputIds])).toEqual([
    [1, 2, 3, END],
    [END, 4, 5, END],
  ]);
  expect(blocks.map(({ targets }) => [...targets])).toEqual([
    [2, 3, END, IGNORED],
    [4, 5, END, IGNORED],
  ]);
  expect(blocks.map(({ id }) => id)).toEqual([0, 1]);
});

it('keeps a short last block, and leaves out one of a single token, which has no next', () => {
  expect(blocksOf('12345').map(({ inputIds }) => [...inputIds])).toEqual([
    [1, 2, 3, 4],
    [5, END],
  ]);
  expect(blocksOf('1234').map(({ inputIds }) => [...inputIds])).toEqual([[1, 2, 3, 4]]);
});

it('measures the perplexity of all targets together', () => {
  const blocks = blocksOf('12345');
  const outcomes = [
    floatTensor([4, 1], [Math.log(2), Math.log(2), Math.log(2), 0]),
    floatTensor([2, 1], [Math.log(32), 0]),
  ];
  expect(languageModeling.metrics(fields, outcomes, blocks, []).perplexity).toBeCloseTo(4, 6);
});
