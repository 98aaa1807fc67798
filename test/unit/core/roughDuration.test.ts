import { expect, it } from 'vitest';
import { roughDuration } from '../../../src/core/roughDuration.ts';

it.each([
  [0.0046, '0.0046 s'],
  [0.1572, '0.16 s'],
  [9.94, '9.9 s'],
  [9.96, '10 s'],
  [99, '99 s'],
  [100, '1.7 min'],
  [720, '12 min'],
  [3569, '59 min'],
  [3600, '1 h'],
  [5400, '1.5 h'],
  [40 * 3600, '40 h'],
  [4 * 86_400, '4 d'],
])('%d s is said as %s', (seconds, said) => {
  expect(roughDuration(seconds)).toBe(said);
});
