import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { normalize } from './normalize.ts';

/**
 * LayerNorm (Ba et al. 2016): y = x̂ g + b with x̂ = (x - mean) / sqrt(variance + eps) over the last axis; x (N, d), g and b (d).
 *
 * Backward, with dx̂ = dy g:  dx = (dx̂ - mean(dx̂) - x̂ mean(dx̂ x̂)) / sqrt(variance + eps),  dg = Σ_n dy x̂,  db = Σ_n dy.
 */
export function layerNorm(x: Tensor, gain: Tensor, bias: Tensor, eps: number): Tensor {
  const op = tf.customGrad((...args) => {
    const [x, gain, bias] = args as [Tensor, Tensor, Tensor];
    const save = args[3] as (tensors: Tensor[]) => void;
    const [standardised, inverse] = normalize(x, eps);
    save([standardised, inverse, gain]);
    return {
      value: tf.add(tf.mul(standardised, gain), bias),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [standardised, inverse, gain] = saved as [Tensor, Tensor, Tensor];
        const dyStandardised = tf.mul(dy, standardised);
        const dStandardised = tf.mul(dy, gain);
        const alongNormal = tf.mean(tf.mul(dyStandardised, gain), -1, true);
        const orthogonal = tf.sub(
          tf.sub(dStandardised, tf.mean(dStandardised, -1, true)),
          tf.mul(standardised, alongNormal),
        );
        return [tf.mul(orthogonal, inverse), tf.sum(dyStandardised, 0), tf.sum(dy, 0)];
      },
    };
  });
  return op(x, gain, bias);
}
