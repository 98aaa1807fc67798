import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Smallest finite float32: Transformers adds it to the scores of masked positions. */
const MASKED = -3.4028234663852886e38;

export interface AttentionInputs {
  /** (B * S, heads * size) each. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** (B, S): 1 for tokens, 0 for padding. */
  readonly mask: Tensor;
  readonly heads: number;
  /** Dropout of the probabilities (B, heads, S, S). */
  readonly dropout: (probabilities: Tensor) => Tensor;
}

/** Multi-head scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √size + mask) v; result (B * S, heads * size). */
export function attention({ query, key, value, mask, heads, dropout }: AttentionInputs): Tensor {
  const [B, S] = mask.shape as [number, number];
  const width = query.shape[1] as number;
  const size = width / heads;
  const split = (x: Tensor) => tf.transpose(tf.reshape(x, [B, S, heads, size]), [0, 2, 1, 3]); // (B, heads, S, size)

  const bias = tf.reshape(tf.mul(tf.sub(1, mask), MASKED), [B, 1, 1, S]);
  const scores = tf.add(tf.mul(tf.matMul(split(query), split(key), false, true), 1 / Math.sqrt(size)), bias); // (B, heads, S, S)
  const mixed = tf.matMul(dropout(tf.softmax(scores)), split(value)); // (B, heads, S, size)
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * S, width]);
}
