import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The kernel's name on backends that have it in one piece. */
export const NORMALIZE = 'Normalize';

/**
 * Standardises the last axis: [(x - mean) / sqrt(variance + eps), 1 / sqrt(variance + eps)] with the biased variance, for x (N, d);
 * the second result is (N, 1). One kernel where the backend has it, else composed of elementary ones.
 */
export function normalize(x: Tensor, eps: number): [Tensor, Tensor] {
  if (tf.getKernel(NORMALIZE, tf.getBackend()) !== undefined) {
    return tf.engine().runKernel(NORMALIZE, { x }, { eps }) as [Tensor, Tensor];
  }
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps));
  return [tf.mul(centred, inverse), inverse];
}
