import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { graphText } from '../../../src/trace/text.ts';
import { trace } from '../../../src/trace/trace.ts';
import { smallProgram } from '../../support/smallProgram.ts';

it('a graph reads as one line for each node, with its types', () => {
  const program = smallProgram(
    { x: ['B', 'S', 3], w: [4, 3] },
    ({ x, w }) => {
      const [batch, length] = x.shape as [number, number, number];
      const rows = tf.reshape(x, [batch * length, 3]);
      const products = tf.add(tf.matMul(rows, w, false, true), tf.tensor1d([1, 2, 3, 4]));
      return { y: tf.mean(tf.mul(products, 0.5), 1), z: rows };
    },
    ['y', 'z'],
  );
  expect(`\n${graphText(trace(program))}`).toMatchInlineSnapshot(`
    "
    %2 = constant 1 2 3 4               float32 [4]
    %4 = Reshape(x) shape=[B S, 3]      float32 [B S, 3]
    %5 = BatchMatMul(%4, w) transposeB  float32 [B S, 4]
    %6 = Add(%5, %2)                    float32 [B S, 4]
    %7 = Multiply(%6, 0.5)              float32 [B S, 4]
    %8 = Mean(%7) axes=[1]              float32 [B S]
    y <- %8                             float32 [B S]
    z <- %4                             float32 [B S, 3]
    "
  `);
});
