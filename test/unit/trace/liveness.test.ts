import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { memoryEvents, peakBytes } from '../../../src/trace/liveness.ts';
import { trace } from '../../../src/trace/trace.ts';
import { smallProgram } from '../../support/smallProgram.ts';

const peakOf = (run: (x: tf.Tensor) => tf.Tensor, binding = [10, 100]) =>
  peakBytes(memoryEvents(trace(smallProgram({ x: ['B', 'S'] }, ({ x }) => ({ y: run(x) }))), binding));

describe('bytes taken by intermediates', () => {
  it('a chain needs an operand and a result at a time', () => {
    expect(peakOf((x) => tf.exp(tf.exp(tf.exp(x))))).toBe(2 * 4000);
  });

  it('a value is held until its last use', () => {
    expect(peakOf((x) => tf.add(tf.exp(x), tf.exp(tf.neg(tf.square(x)))))).toBe(3 * 4000);
  });

  it('a new shape takes no memory, and keeps its operand alive', () => {
    expect(
      peakOf((x) => {
        const kept = tf.exp(x);
        return tf.add(tf.reshape(kept, [-1]), tf.reshape(tf.exp(tf.neg(kept)), [-1]));
      }),
    ).toBe(3 * 4000);
  });

  it('booleans are a byte each, and sizes follow the binding', () => {
    const mask = (x: tf.Tensor) => tf.sum(tf.cast(tf.greaterEqual(x, 0), 'float32'));
    expect(peakOf(mask)).toBe(1000 + 4000);
    expect(peakOf(mask, [1, 8])).toBe(8 + 32);
  });

  it('everything but the outputs is given back', () => {
    const events = memoryEvents(
      trace(smallProgram({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.sum(tf.exp(x)) }))),
      [2, 3],
    );
    expect(events.map(({ bytes }) => bytes)).toEqual([24, 4, 0]);
  });
});
