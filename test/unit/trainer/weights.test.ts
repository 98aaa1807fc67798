import { expect, it } from 'vitest';
import { expectFloat16 } from '../../../src/trainer/weights.ts';

it('refuses a matrix that float16 cannot hold, and lets a vector be, which stays float32', () => {
  const data = Float32Array.of(1, -65505);
  const vector = { dtype: 'float32', shape: [2], data } as const;
  expect(() => expectFloat16(new Map([['bias', vector]]))).not.toThrow();
  const matrix = { ...vector, shape: [1, 2] };
  expect(() => expectFloat16(new Map([['weight', matrix]]))).toThrow('found -65505 in "weight"');
});
