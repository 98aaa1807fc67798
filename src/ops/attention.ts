import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { prepend } from './prepend.ts';

/** Smallest finite float32: Transformers adds it to the scores of masked positions. */
const MASKED = -3.4028234663852886e38;

export interface AttentionInputs {
  /** (B * S, heads * size) each. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** Keys and values (l, heads * size) in front of every example's own, seen by all queries. */
  readonly prefix?: { readonly key: Tensor; readonly value: Tensor };
  /** (B, S): 1 for tokens, 0 for padding. */
  readonly mask: Tensor;
  /** Whether a token sees, of its example's own, only those up to itself. */
  readonly causal?: boolean;
  readonly heads: number;
  /** Dropout of the probabilities (B, heads, S, l + S). */
  readonly dropout: (probabilities: Tensor) => Tensor;
}

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √size + mask) v; result (B * S, heads * size). With a
 * prefix, k and v are those of the prefix followed by the tokens' own (Li and Liang 2021).
 */
export function attention({
  query,
  key,
  value,
  prefix,
  mask,
  causal = false,
  heads,
  dropout,
}: AttentionInputs): Tensor {
  const [B, S] = mask.shape as [number, number];
  const width = query.shape[1] as number;
  const size = width / heads;
  const split = (x: Tensor) => tf.transpose(tf.reshape(x, [B, S, heads, size]), [0, 2, 1, 3]); // (B, heads, S, size)
  const l = (prefix?.key.shape[0] ?? 0) as number;
  const withPrefix = (ahead: Tensor | undefined, x: Tensor) =>
    ahead === undefined
      ? split(x)
      : prepend(tf.transpose(tf.reshape(ahead, [l, heads, size]), [1, 0, 2]), split(x)); // (B, heads, l + S, size)
  const keys = withPrefix(prefix?.key, key);
  const values = withPrefix(prefix?.value, value);

  const padding = tf.reshape(tf.sub(1, mask), [B, 1, 1, S]);
  const hidden = tf.mul(causal ? tf.maximum(padding, later(S)) : padding, MASKED); // (B, 1, 1 or S, S)
  const bias =
    l === 0
      ? hidden
      : tf.pad(hidden, [
          [0, 0],
          [0, 0],
          [0, 0],
          [l, 0],
        ]);
  const scores = tf.add(tf.mul(tf.matMul(split(query), keys, false, true), 1 / Math.sqrt(size)), bias); // (B, heads, S, l + S)
  const mixed = tf.matMul(dropout(tf.softmax(scores)), values); // (B, heads, S, size)
  return tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [B * S, width]);
}

/** (S, S): 1 where the column's token stands behind the row's. */
function later(S: number): Tensor {
  const index = tf.range(0, S);
  return tf.sub(1, tf.cast(tf.greaterEqual(tf.reshape(index, [S, 1]), index), 'float32'));
}
