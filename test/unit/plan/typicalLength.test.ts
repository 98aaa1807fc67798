import { describe, expect, it } from 'vitest';
import { typicalLength } from '../../../src/plan/typicalLength.ts';

describe('the length to which batches are padded', () => {
  it('is nearly the mean where they are grouped by length', () => {
    expect(typicalLength([2, 4, 12], 16, 'group_by_length')).toBe(6);
  });

  it('is the expected longest where they are drawn at random', () => {
    expect(typicalLength([10, 20], 1, 'random')).toBe(15);
    expect(typicalLength([10, 20], 2, 'random')).toBe(18); // three pairs of four have a 20: 17.5
    expect(typicalLength([10, 20], 64, 'random')).toBe(20);
  });

  it('does not depend on the order, and is at least 1', () => {
    expect(typicalLength([9, 1, 5], 3, 'random')).toBe(typicalLength([1, 5, 9], 3, 'random'));
    expect(typicalLength([1], 8, 'random')).toBe(1);
  });
});
