import { describe, expect, it } from 'vitest';
import {
  narrowToBFloat16,
  narrowToFloat16,
  widenBFloat16,
  widenFloat16,
} from '../../../src/core/halfFloat.ts';
import { keyOf, normals } from '../../../src/core/random.ts';

const ALL = Uint16Array.from({ length: 65536 }, (_, bits) => bits);

describe.each([
  { name: 'float16', narrow: narrowToFloat16, widen: widenFloat16, largest: 65504, least: 2 ** -24 },
  { name: 'bfloat16', narrow: narrowToBFloat16, widen: widenBFloat16, largest: 3.3895e38, least: 2 ** -133 },
])('$name', ({ narrow, widen, largest, least }) => {
  const wide = (halves: Uint16Array) => {
    const out = new Float32Array(halves.length);
    widen(halves, out, 0);
    return out;
  };
  const values = wide(ALL);
  const rounded = (...x: number[]) => [...wide(narrow(Float32Array.from(x)))];

  it('gives back every number of its own', () => {
    expect(wide(narrow(values))).toEqual(values);
  });

  it('takes the nearest of its numbers, whatever the size', () => {
    const finite = [...values].filter(Number.isFinite).sort((a, b) => a - b);
    const some = normals(keyOf(1, 'half'), 400).map((x, i) => x * 2 ** ((i % 60) - 35));
    for (const x of some) {
      let [low, high] = [0, finite.length - 1];
      while (high - low > 1) {
        const middle = (low + high) >> 1;
        if (finite[middle] <= x) low = middle;
        else high = middle;
      }
      const distance = Math.min(x - finite[low], finite[high] - x);
      if (Math.abs(x) < largest) expect(Math.abs(rounded(x)[0] - x), String(x)).toBe(distance);
    }
  });

  it('takes the even one of two that are as near', () => {
    const [one, next, after] = [1, 2, 3].map((n) => values[narrow(Float32Array.of(1))[0] + n - 1]);
    expect(rounded((one + next) / 2, (next + after) / 2)).toEqual([one, after]);
    expect(rounded(least / 2, 1.5 * least)).toEqual([0, 2 * least]);
  });

  it('keeps signs, infinities and what is no number', () => {
    expect(rounded(-0, -Infinity, Infinity, NaN)).toEqual([-0, -Infinity, Infinity, NaN]);
    expect(rounded(-largest * 1.01)).toEqual([-Infinity]);
  });
});
