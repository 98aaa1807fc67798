import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { normalize } from '../../../src/ops/normalize.ts';
import { trainingPrograms } from '../../../src/program/training.ts';
import { flops } from '../../../src/trace/flops.ts';
import { rules } from '../../../src/trace/kernels.ts';
import { trace } from '../../../src/trace/trace.ts';
import type { Graph } from '../../../src/trace/graph.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { plainSettings, tinyAssembly } from '../../support/tinyModel.ts';

const count = (inputs: Parameters<typeof smallProgram>[0], run: Parameters<typeof smallProgram>[1]) =>
  flops(trace(smallProgram(inputs, run)), [5, 7]);

describe('operations', () => {
  it('a product is 2 m k n, whichever way its operands lie', () => {
    const plain = count({ x: ['B', 3, 'S'], w: ['S', 2] }, ({ x, w }) => ({
      y: tf.matMul(x, tf.expandDims(w, 0)),
    }));
    expect(plain).toEqual({ total: 2 * 5 * 3 * 7 * 2, products: 2 * 5 * 3 * 7 * 2, frozenProducts: 0 });
    const turned = count({ x: ['S', 'B'], w: [2, 'S'] }, ({ x, w }) => ({ y: tf.matMul(x, w, true, true) }));
    expect(turned.products).toBe(2 * 5 * 7 * 2);
  });

  it('others count by element; moving data is free', () => {
    expect(count({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.add(x, 1) })).total).toBe(35);
    expect(count({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.sum(x, 1) })).total).toBe(35);
    expect(count({ x: ['B', 'S'] }, ({ x }) => ({ y: normalize(x, 1e-12)[0] })).total).toBe(5 * 35);
    expect(count({ x: ['B', 'S'] }, ({ x }) => ({ y: tf.transpose(tf.tile(x, [2, 1])) })).total).toBe(0);
  });

  it('every kernel that can be recorded has a count', () => {
    // These never become nodes of their own.
    const others = new Set(['Identity', 'ExpandDims', 'ZerosLike', 'OnesLike']);
    for (const op of Object.keys(rules).filter((name) => !others.has(name))) {
      const graph: Graph = {
        name: op,
        symbols: [],
        values: [{ shape: [2, 2], dtype: 'float32' }],
        inputs: [{ name: 'x', role: 'feed', value: 0 }],
        constants: [],
        nodes: [{ op, inputs: [0, 0], outputs: [0], attributes: {} }],
        outputs: [],
      };
      expect(() => flops(graph, []), op).not.toThrow();
    }
  });
});

it('an LN-tuning step is two products for each frozen matrix, and six for each attention', () => {
  const programs = trainingPrograms(tinyAssembly({ pooling: 'mean' }), plainSettings);
  if (!('step' in programs)) throw new Error('one program expected');
  const [B, S, d, f, layers] = [4, 9, 8, 12, 2];
  const { products, frozenProducts, total } = flops(trace(programs.step), [B, S]);
  const linear = 2 * 2 * B * S * (4 * d * d + 2 * d * f);
  const attention = 6 * 2 * B * S * S * d;
  expect(frozenProducts).toBe(layers * linear);
  // The head's own: mean pooling (B, 1, S) x (B, S, d) forward and back, and d x 3 forward, for its weight and for its input.
  const head = 2 * 2 * B * S * d + 3 * 2 * B * d * 3;
  expect(products).toBe(layers * (linear + attention) + head);
  expect(total).toBeGreaterThan(products);
});
