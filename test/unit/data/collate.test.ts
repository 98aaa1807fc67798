import { expect, it } from 'vitest';
import { floatTensor, intTensor } from '../../../src/core/tensor.ts';
import { collate } from '../../../src/data/collate.ts';

it('pads to the longest of the batch', () => {
  const examples = [
    { inputIds: Int32Array.of(5, 6), typeIds: Int32Array.of(0, 1), targets: Int32Array.of(1) },
    { inputIds: Int32Array.of(7, 8, 9), typeIds: Int32Array.of(0, 1, 1), targets: Int32Array.of(-100) },
  ];
  expect(collate(examples, { padTokenId: 2, targetShape: ['B'] })).toEqual({
    input_ids: intTensor([2, 3], [5, 6, 2, 7, 8, 9]),
    attention_mask: floatTensor([2, 3], [1, 1, 0, 1, 1, 1]),
    token_type_ids: intTensor([2, 3], [0, 1, 0, 0, 1, 1]),
    labels: intTensor([2], [1, -100]),
  });
});

it('pads targets of tokens with what is ignored', () => {
  const examples = [
    { inputIds: Int32Array.of(5, 6), typeIds: Int32Array.of(0, 0), targets: Int32Array.of(-100, 3) },
    { inputIds: Int32Array.of(7, 8, 9), typeIds: Int32Array.of(0, 0, 0), targets: Int32Array.of(-100, 0, 1) },
  ];
  const { labels } = collate(examples, { padTokenId: 0, targetShape: ['B', 'S'] });
  expect(labels).toEqual(intTensor([2, 3], [-100, 3, -100, -100, 0, 1]));
});
