import { expect, it } from 'vitest';
import { perplexity } from '../../../src/tasks/perplexity.ts';

it('is the number of choices where all are alike', () => {
  expect(perplexity([{ loss: 2 * Math.log(4), targets: 2 }])).toBeCloseTo(4, 12);
});

it('weighs every target alike, whatever example it stands in', () => {
  const sure = { loss: 0, targets: 1 };
  const unsure = { loss: 3 * Math.log(2), targets: 3 };
  expect(perplexity([sure, unsure])).toBeCloseTo(2 ** (3 / 4), 12);
});

it('is Infinity where no number is as large', () => {
  expect(perplexity([{ loss: 1000, targets: 1 }])).toBe(Infinity);
});
