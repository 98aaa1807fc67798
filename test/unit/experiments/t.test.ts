import { expect, it } from 'vitest';
import { tCritical } from '../../../src/experiments/t.ts';

// Two-sided critical values of a printed table (NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
it.each([
  [0.95, 1, 12.706],
  [0.95, 2, 4.303],
  [0.95, 3, 3.182],
  [0.95, 4, 2.776],
  [0.95, 5, 2.571],
  [0.95, 9, 2.262],
  [0.95, 10, 2.228],
  [0.95, 30, 2.042],
  [0.95, 100, 1.984],
  [0.99, 1, 63.657],
  [0.99, 4, 4.604],
  [0.99, 29, 2.756],
  [0.9, 7, 1.895],
  [0.998, 6, 5.208],
])('t(%d, df %d) is %d', (confidence, degreesOfFreedom, expected) => {
  expect(tCritical(confidence, degreesOfFreedom)).toBeCloseTo(expected, 3);
});

it('approaches the normal distribution', () => {
  expect(tCritical(0.95, 1_000_000)).toBeCloseTo(1.959966, 5);
});
