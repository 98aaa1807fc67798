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
 * Exact GELU, x Φ(x). With u = x / √2 and t = 1 + erf(u) = 2 Φ(x):  y = u t / √2,  dy/dx = (t + 2/√π u exp(-u²)) / 2.
 * Factors stand outermost, next to the matrix products around, into which ONNX Runtime folds them; u and t are kept for the backward pass.
 */
function gelu(x: Tensor): Tensor {
  const op = tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const u = tf.mul(x, Math.SQRT1_2);
    const t = tf.add(tf.erf(u), 1);
    save([u, t]);
    return {
      value: tf.mul(tf.mul(u, t), Math.SQRT1_2),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [u, t] = saved as [Tensor, Tensor];
        const bell = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.mul(u, u))); // 2/√π exp(-u²)
        return tf.mul(tf.mul(dy, 0.5), tf.add(t, tf.mul(u, bell)));
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
