import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { samplePoints, sizeFitter } from '../../../src/trace/fit.ts';
import { evaluate, sizeText, type Binding } from '../../../src/trace/size.ts';
import { trace } from '../../../src/trace/trace.ts';
import { smallProgram } from '../../support/smallProgram.ts';

const SYMBOLS = ['B', 'S', 'P'];

function fitted(symbolCount: number, f: (...binding: Binding) => number) {
  const points = samplePoints(symbolCount);
  const values = [...points.fitted, ...points.heldOut].map((point) => f(...point));
  return sizeFitter(points, symbolCount)(values);
}

describe('sizes found from recordings', () => {
  const polynomials: Record<string, { symbols: number; f: (...binding: Binding) => number }> = {
    '12': { symbols: 2, f: () => 12 },
    B: { symbols: 1, f: (B) => B },
    '512 - S': { symbols: 2, f: (_, S) => 512 - S },
    'B S': { symbols: 2, f: (B, S) => B * S },
    '12 B S² + 3': { symbols: 2, f: (B, S) => 12 * B * S * S + 3 },
    'B (S + P)': { symbols: 3, f: (B, S, P) => B * (S + P) },
    'S P - P²': { symbols: 3, f: (_, S, P) => S * P - P * P },
  };

  it.each(Object.entries(polynomials))('%s is found, and holds elsewhere', (_, { symbols, f }) => {
    const size = fitted(symbols, f);
    expect(size).toBeDefined();
    for (const binding of [
      [1, 1, 1],
      [16, 128, 20],
      [2, 511, 30],
    ]) {
      expect(evaluate(size!, binding.slice(0, symbols))).toBe(f(...binding));
    }
  });

  it('is written the one way it can be', () => {
    expect(
      sizeText(
        fitted(2, (_, S) => 512 - S)!,
        SYMBOLS,
      ),
    ).toBe('-1 S + 512');
    expect(
      sizeText(
        fitted(2, (B, S) => B * (S + S))!,
        SYMBOLS,
      ),
    ).toBe('2 B S');
  });

  it.each<[string, (B: number, S: number) => number]>([
    ['min(S, 7)', (_, S) => Math.min(S, 7)],
    ['min(S, 5)', (_, S) => Math.min(S, 5)],
    ['S³', (_, S) => S ** 3],
    ['B²', (B) => B * B],
    ['floor(S / 2)', (_, S) => Math.floor(S / 2)],
    ['B xor S', (B, S) => B ^ S],
  ])('%s has no polynomial', (_, f) => {
    expect(fitted(2, f)).toBeUndefined();
  });

  // One held-out size lies beyond the fitted ones.
  it('min(S, 8) has no polynomial', () => {
    expect(fitted(2, (_, S) => Math.min(S, 8))).toBeUndefined();
  });
});

describe('a program whose sizes are no polynomial', () => {
  it.each<[string, (S: number) => number]>([
    ['min(S, 5)', (S) => Math.min(S, 5)],
    ['S³', (S) => S ** 3],
  ])('%s is refused, and the op is named', (_, f) => {
    const program = smallProgram({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.fill([f(x.shape[1]!)], 1) }));
    expect(() => trace(program)).toThrow(
      /internal: Fill\.shape of program small: .* is no polynomial in B, S/,
    );
  });

  it('a constant that depends on a size is refused', () => {
    const program = smallProgram({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.mul(x, 1 / x.shape[0]) }));
    expect(() => trace(program)).toThrow(/internal: program small/);
  });
});
