import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

export type ActivationName = 'gelu' | 'gelu_new' | 'relu' | 'silu' | 'tanh';

/** Activations by their name in config.json (`hidden_act`), elementwise. */
export const activations: Readonly<Record<ActivationName, (x: Tensor) => Tensor>> = {
  gelu,
  gelu_new: geluNew,
  relu: (x) => tf.relu(x),
  silu,
  tanh: (x) => tf.tanh(x),
};

/**
 * Exact GELU, x Φ(x) = u (1 + erf u) / √2 with u = x / √2. Only x is kept for the backward pass, the largest activation of a layer; there, with
 * v = -x / √2:  dy/dx = (1 - erf v - 2/√π v exp(-v²)) / 2. The sign makes erf v another value than erf u, which would else be taken for a common
 * subexpression and kept. Constant factors stand outermost, next to the matrix products around, into which ONNX Runtime folds them.
 */
function gelu(x: Tensor): Tensor {
  const op = tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const u = tf.mul(x, Math.SQRT1_2);
    save([x]);
    return {
      value: tf.mul(tf.mul(u, tf.add(tf.erf(u), 1)), Math.SQRT1_2),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const v = tf.mul(saved[0] as Tensor, -Math.SQRT1_2);
        const bell = tf.exp(tf.sub(Math.log(2 / Math.sqrt(Math.PI)), tf.mul(v, v))); // 2/√π exp(-v²)
        return tf.mul(tf.mul(dy, 0.5), tf.sub(tf.sub(1, tf.erf(v)), tf.mul(v, bell)));
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

/** x σ(x), by σ(x) = (1 + tanh(x / 2)) / 2. */
function silu(x: Tensor): Tensor {
  const half = tf.mul(x, 0.5);
  return tf.mul(half, tf.add(tf.tanh(half), 1));
}
