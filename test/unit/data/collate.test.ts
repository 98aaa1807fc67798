import { expect, it } from 'vitest';
import { floatTensor, intTensor } from '../../../src/core/tensor.ts';
import { collate } from '../../../src/data/collate.ts';

it('pads to the longest of the batch', () => {
  const examples = [
    { inputIds: Int32Array.of(5, 6), typeIds: Int32Array.of(0, 1), label: 1 },
    { inputIds: Int32Array.of(7, 8, 9), typeIds: Int32Array.of(0, 1, 1), label: -1 },
  ];
  expect(collate(examples, 2)).toEqual({
    input_ids: intTensor([2, 3], [5, 6, 2, 7, 8, 9]),
    attention_mask: floatTensor([2, 3], [1, 1, 0, 1, 1, 1]),
    token_type_ids: intTensor([2, 3], [0, 1, 0, 0, 1, 1]),
    labels: intTensor([2], [1, -1]),
  });
});
