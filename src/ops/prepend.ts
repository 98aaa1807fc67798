import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Rows that every example shares in front of its own: ahead (heads, l, size) and x (B, heads, S, size) give (B, heads, l + S, size).
 * The gradient of `ahead` is summed over the examples.
 */
export function prepend(ahead: Tensor, x: Tensor): Tensor {
  const [B, heads, S, size] = x.shape as [number, number, number, number];
  const l = ahead.shape[1] as number;
  const op = tf.customGrad((...args) => {
    const [ahead, x] = args as [Tensor, Tensor];
    const repeated = tf.tile(tf.reshape(ahead, [1, heads, l, size]), [B, 1, 1, 1]);
    return {
      value: tf.concat([repeated, x], 2),
      gradFunc: (dy: Tensor) => [
        tf.sum(tf.slice(dy, [0, 0, 0, 0], [B, heads, l, size]), 0),
        tf.slice(dy, [0, 0, l, 0], [B, heads, S, size]),
      ],
    };
  });
  return op(ahead, x);
}
