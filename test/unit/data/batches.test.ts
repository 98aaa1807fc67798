import { describe, expect, it } from 'vitest';
import { keyOf, permutation, uniformAt } from '../../../src/core/random.ts';
import { evalBatches, trainBatches } from '../../../src/data/batches.ts';

const lengthsOf = (count: number) =>
  Array.from({ length: count }, (_, i) => 3 + Math.floor(60 * uniformAt(7, i) ** 3));
const flat = (batches: readonly Int32Array[]) => batches.flatMap((batch) => [...batch]);
const numbers = (count: number) => Array.from({ length: count }, (_, i) => i);
const sizes = [
  [1, 4],
  [3, 4],
  [5, 4],
  [8, 4],
  [97, 8],
  [1000, 4],
  [2501, 8],
];

describe.each(['group_by_length', 'random'] as const)('%s', (strategy) => {
  it.each(sizes)('%i examples in batches of %i: each once, all full but the last', (count, batchSize) => {
    const batches = trainBatches({ lengths: lengthsOf(count), batchSize, seed: 1, epoch: 0, strategy });
    expect(flat(batches).sort((a, b) => a - b)).toEqual(numbers(count));
    expect(batches.length).toBe(Math.ceil(count / batchSize));
    expect(batches.slice(0, -1).every((batch) => batch.length === batchSize)).toBe(true);
  });
  it('depends on seed and epoch alone', () => {
    const options = { lengths: lengthsOf(200), batchSize: 8, seed: 1, epoch: 0, strategy };
    expect(trainBatches(options)).toEqual(trainBatches(options));
    expect(trainBatches(options)).not.toEqual(trainBatches({ ...options, epoch: 1 }));
    expect(trainBatches(options)).not.toEqual(trainBatches({ ...options, seed: 2 }));
  });
});

describe('group_by_length', () => {
  it.each(sizes)('%i examples in batches of %i: the longest is in the first batch', (count, batchSize) => {
    const lengths = lengthsOf(count);
    const [first] = trainBatches({ lengths, batchSize, seed: 5, epoch: 2, strategy: 'group_by_length' });
    expect(lengths[first[0]]).toBe(Math.max(...lengths));
  });
  it('groups what the rule says: sorted mega-batches of the permutation', () => {
    const lengths = lengthsOf(1000);
    const batches = trainBatches({ lengths, batchSize: 4, seed: 9, epoch: 3, strategy: 'group_by_length' });
    const order = permutation(keyOf(9, 'examples', 3), 1000);
    const expected = numbers(5)
      .map((i) => [...order.slice(i * 200, (i + 1) * 200)].sort((a, b) => lengths[b] - lengths[a]))
      .flatMap((mega) => numbers(50).map((i) => mega.slice(i * 4, i * 4 + 4)));
    const sorted = (groups: readonly (readonly number[])[]) => groups.map((group) => group.join()).sort();
    expect(sorted(batches.map((batch) => [...batch]))).toEqual(sorted(expected));
  });
  it('pads far less than random batches, and shuffles long among short', () => {
    const lengths = lengthsOf(2501);
    const padded = (strategy: 'group_by_length' | 'random') => {
      const batches = trainBatches({ lengths, batchSize: 8, seed: 1, epoch: 0, strategy });
      return batches.map((batch) => batch.length * Math.max(...Array.from(batch, (i) => lengths[i])));
    };
    const total = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);
    expect(total(padded('group_by_length'))).toBeLessThan(1.1 * total(lengths));
    expect(total(padded('random'))).toBeGreaterThan(1.5 * total(lengths));
    const grouped = padded('group_by_length');
    const half = total(grouped.slice(0, grouped.length / 2)) / total(grouped);
    expect(half).toBeGreaterThan(0.4);
    expect(half).toBeLessThan(0.6);
  });
});

it('evaluates longest first, equal lengths in order', () => {
  expect(evalBatches([2, 5, 2, 9, 5], 2).map((batch) => [...batch])).toEqual([[3, 1], [4, 0], [2]]);
});
