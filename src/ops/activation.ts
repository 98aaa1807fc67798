import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

export type ActivationName = 'gelu' | 'gelu_new' | 'relu';

/** Activations by their name in config.json (`hidden_act`), elementwise. */
export const activations: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  gelu,
  gelu_new: geluNew,
  relu: (x) => tf.relu(x),
};

/**
 * Exact GELU: x Φ(x) with Φ(x) = (1 + erf(x / √2)) / 2. Backward: Φ(x) + x φ(x), with φ(x) = exp(-x² / 2) / √(2π); Φ is kept from the
 * forward pass, since erf is the dearest part.
 */
function gelu(x: Tensor): Tensor {
  const op = tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const cdf = tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
    save([x, cdf]);
    return {
      value: tf.mul(x, cdf),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x, cdf] = saved as [Tensor, Tensor];
        const density = tf.mul(tf.exp(tf.mul(tf.mul(x, x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
        return tf.mul(dy, tf.add(cdf, tf.mul(x, density)));
      },
    };
  });
  return op(x);
}

/** GELU by tanh, as GPT-2 has it: x (1 + tanh(√(2/π) (x + 0.044715 x³))) / 2. */
function geluNew(x: Tensor): Tensor {
  const inner = tf.mul(tf.add(x, tf.mul(tf.mul(tf.mul(x, x), x), 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, tf.add(tf.tanh(inner), 1)), 0.5);
}
