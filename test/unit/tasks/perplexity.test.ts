import { expect, it } from 'vitest';
import { floatTensor } from '../../../src/core/tensor.ts';
import { perplexity, targetLoss } from '../../../src/tasks/perplexity.ts';

it('is the number of choices where all are alike, over the targets that count', () => {
  const logits = floatTensor([3, 4], [0, 0, 0, 0, 7, 7, 7, 7, 1, 2, 3, 1000]);
  expect(perplexity([targetLoss(logits, Int32Array.of(2, 0, -100))])).toBeCloseTo(4, 12);
});

it('weighs every target alike, whatever example it stands in', () => {
  const sure = targetLoss(floatTensor([1, 2], [1000, 0]), Int32Array.of(0));
  const unsure = targetLoss(floatTensor([3, 2], [0, 0, 5, 5, -1, -1]), Int32Array.of(0, 1, 1));
  expect(sure).toEqual({ loss: 0, targets: 1 });
  expect(perplexity([sure, unsure])).toBeCloseTo(2 ** (3 / 4), 12);
});

it('holds for logits whose exponentials overflow, and says Infinity of what it cannot', () => {
  const { loss } = targetLoss(floatTensor([1, 2], [3000, 2000]), Int32Array.of(1));
  expect(loss).toBe(1000);
  expect(perplexity([{ loss, targets: 1 }])).toBe(Infinity);
});
