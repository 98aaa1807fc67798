import { expect, it } from 'vitest';
import { rouge, rougeOf } from '../../../src/tasks/rouge.ts';

const reference = 'The quick brown fox jumps over the lazy dog';
const hypothesis = 'The quick brown dog jumps on the log.';

it('is F1 of words, pairs of words and the longest common subsequence', () => {
  // In common: the, quick, brown, dog, jumps, the; the quick, quick brown; the quick brown jumps the. Of 8 and 9 words.
  const scores = rougeOf({ hypothesis, references: [reference] });
  expect(scores.rouge1).toBeCloseTo((2 * 6) / 17, 12);
  expect(scores.rouge2).toBeCloseTo((2 * 2) / 15, 12);
  expect(scores.rougeL).toBeCloseTo((2 * 5) / 17, 12);
});

it('takes the best reference, for each score its own', () => {
  const { rouge1, rouge2, rougeL } = rougeOf({
    hypothesis: 'a b c d',
    references: ['d c b a', 'a b x y', ''],
  });
  expect([rouge1, rouge2, rougeL]).toEqual([1, 2 / 6, 0.5]);
});

it('reads a-z and 0-9, whatever the case', () => {
  expect(rougeOf({ hypothesis: 'É-A1,b', references: ['a1 B é'] })).toEqual({
    rouge1: 1,
    rouge2: 1,
    rougeL: 1,
  });
});

it('is 0 of nothing, and the mean over a corpus', () => {
  const nothing = { rouge1: 0, rouge2: 0, rougeL: 0 };
  expect(rougeOf({ hypothesis: '', references: [reference] })).toEqual(nothing);
  expect(rougeOf({ hypothesis, references: ['', '...'] })).toEqual(nothing);
  expect(rougeOf({ hypothesis: '', references: [''] })).toEqual(nothing);
  expect(rougeOf({ hypothesis: 'one', references: ['one'] })).toEqual({ rouge1: 1, rouge2: 0, rougeL: 1 });
  const same = { hypothesis: reference, references: [reference] };
  expect(rouge([same, { hypothesis: 'x', references: [reference] }])).toEqual({
    rouge1: 0.5,
    rouge2: 0.5,
    rougeL: 0.5,
  });
});
