import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Inverted dropout (Srivastava et al. 2014) of x (..., T, D) with a mask that is a pure function of two short integer vectors:
 * element (t, d) is dropped where rows[t] + columns[d], modulo 2^32, falls into the lowest `rate` of all int32.
 *
 * With rows (..., T, 1) and columns (..., 1, D) independent and uniform over int32, every sum is uniform and any two are independent, so
 * the rate is exact and masks are pairwise uncorrelated; only rectangles of four are not. It costs one addition and one comparison an
 * element, and integers wrap alike on every backend, so that all executors drop the same elements.
 */
export function dropout(x: Tensor, rate: number, rows: Tensor, columns: Tensor): Tensor {
  const threshold = tf.scalar(Math.round((rate - 0.5) * 2 ** 32), 'int32');
  const scale = 1 / (1 - rate);
  const masked = (x: Tensor, keep: Tensor) => tf.mul(tf.mul(x, tf.cast(keep, 'float32')), scale);
  const op = tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const keep = tf.greaterEqual(tf.add(rows, columns), threshold);
    save([keep]);
    return {
      value: masked(x, keep),
      gradFunc: (dy: Tensor, saved: Tensor[]) => masked(dy, saved[0] as Tensor),
    };
  });
  return op(x);
}
