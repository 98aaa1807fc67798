import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Rows of a table (n, d) by their numbers, int32 (B, S): (B, S, d). The row of padding gets no gradient, as with `padding_idx` of
 * PyTorch's Embedding; what else acts on a parameter, such as weight decay, acts on it still.
 */
export function lookup(table: Tensor, ids: Tensor, padding: number): Tensor {
  const op = tf.customGrad((...args) => {
    const [rows, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([ids]);
    return {
      value: tf.gather(rows, ids),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [places] = saved;
        const [B, S, d] = dy.shape as [number, number, number];
        const isPadding = tf.cast(tf.equal(places, tf.scalar(padding, 'int32')), 'float32'); // (B, S)
        const kept = tf.mul(dy, tf.expandDims(tf.sub(1, isPadding), 2));
        return tf.unsortedSegmentSum(
          tf.reshape(kept, [B * S, d]),
          tf.reshape(places, [B * S]) as tf.Tensor1D,
          rows.shape[0],
        );
      },
    };
  });
  return op(table);
}
