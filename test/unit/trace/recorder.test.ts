import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { trace } from '../../../src/trace/trace.ts';
import { smallProgram } from '../../support/smallProgram.ts';

const nodesOf = (run: Parameters<typeof smallProgram>[1], results: readonly string[]) =>
  trace(smallProgram({ x: ['B'] }, run, results)).nodes;

describe('equal calls are recorded once', () => {
  it('and give one value', () => {
    const nodes = nodesOf(({ x }) => ({ y: tf.add(tf.exp(x), 1), z: tf.add(tf.exp(x), 1) }), ['y', 'z']);
    expect(nodes.map(({ op }) => op)).toEqual(['Exp', 'Add']);
  });

  it('casts to different types are not equal', () => {
    const nodes = nodesOf(
      ({ x }) => {
        const positive = tf.greaterEqual(x, 0);
        return { y: tf.cast(positive, 'float32'), z: tf.cast(positive, 'int32') };
      },
      ['y', 'z'],
    );
    expect(nodes.filter(({ op }) => op === 'Cast')).toHaveLength(2);
  });

  it.each([
    [-Infinity, Infinity],
    [NaN, Infinity],
    [0, -0],
  ])('fills and constants of %d and %d are not equal', (a, b) => {
    const filled = nodesOf(() => ({ y: tf.fill([2], a), z: tf.fill([2], b) }), ['y', 'z']);
    expect(filled.filter(({ op }) => op === 'Fill')).toHaveLength(2);
    const graph = trace(
      smallProgram({ x: ['B'] }, ({ x }) => ({ y: tf.add(x, a), z: tf.add(x, b) }), ['y', 'z']),
    );
    expect(graph.constants).toHaveLength(2);
  });
});
