import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { prepend } from './prepend.ts';

/** Smallest finite float32: Transformers adds it to the scores of masked positions. */
const MASKED = -3.4028234663852886e38;

/** Keys and values of tokens, (B, heads, S, size) each. */
export interface KeyValues {
  readonly keys: Tensor;
  readonly values: Tensor;
}

export interface AttentionInputs {
  /** Of S tokens of each example, (B * S, heads * size) each. */
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
  /** Keys and values (l, heads * size) in front of every example's own, seen by all queries. */
  readonly prefix?: { readonly key: Tensor; readonly value: Tensor };
  /** Of P tokens in front of those. */
  readonly past?: KeyValues;
  /** (B, P + S): 1 for tokens, 0 for padding. */
  readonly mask: Tensor;
  /** Whether a token sees, of its example's own, only those up to itself. */
  readonly causal?: boolean;
  readonly heads: number;
  /** Dropout of the probabilities (B, heads, S, l + P + S). */
  readonly dropout: (probabilities: Tensor) => Tensor;
}

/**
 * Multi-head scaled dot-product attention (Vaswani et al. 2017): softmax(q kᵀ / √size + mask) v; `mixed` is (B * S, heads * size). With a
 * prefix, k and v are those of the prefix followed by the tokens' own (Li and Liang 2021). Own keys and values come along, the past's first.
 */
export function attention({
  query,
  key,
  value,
  prefix,
  past,
  mask,
  causal = false,
  heads,
  dropout,
}: AttentionInputs): KeyValues & { readonly mixed: Tensor } {
  const [B, T] = mask.shape as [number, number];
  const [N, width] = query.shape as [number, number];
  const S = N / B;
  const size = width / heads;
  const split = (x: Tensor) => tf.transpose(tf.reshape(x, [B, S, heads, size]), [0, 2, 1, 3]); // (B, heads, S, size)
  const behind = (earlier: Tensor | undefined, x: Tensor) =>
    earlier === undefined ? split(x) : tf.concat([earlier, split(x)], 2); // (B, heads, T, size)
  const keys = behind(past?.keys, key);
  const values = behind(past?.values, value);
  const l = (prefix?.key.shape[0] ?? 0) as number;
  const withPrefix = (ahead: Tensor | undefined, x: Tensor) =>
    ahead === undefined ? x : prepend(tf.transpose(tf.reshape(ahead, [l, heads, size]), [1, 0, 2]), x); // (B, heads, l + T, size)

  const padding = tf.reshape(tf.sub(1, mask), [B, 1, 1, T]);
  const hidden = tf.mul(causal ? tf.maximum(padding, later(S, T)) : padding, MASKED); // (B, 1, 1 or S, T)
  const bias =
    l === 0
      ? hidden
      : tf.pad(hidden, [
          [0, 0],
          [0, 0],
          [0, 0],
          [l, 0],
        ]);
  const products = tf.matMul(split(query), withPrefix(prefix?.key, keys), false, true);
  const scores = tf.add(tf.mul(products, 1 / Math.sqrt(size)), bias); // (B, heads, S, l + T)
  const mixed = tf.matMul(dropout(tf.softmax(scores)), withPrefix(prefix?.value, values)); // (B, heads, S, size)
  return { mixed: tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [N, width]), keys, values };
}

/** (S, T) for the last S of T tokens: 1 where the column's stands behind the row's. */
function later(S: number, T: number): Tensor {
  const rows = tf.reshape(tf.range(T - S, T), [S, 1]);
  return tf.sub(1, tf.cast(tf.greaterEqual(rows, tf.range(0, T)), 'float32'));
}
