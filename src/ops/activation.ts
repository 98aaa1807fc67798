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

/**
 * GELU by tanh, as GPT-2 has it: x (1 + tanh g) / 2 with g = √(2/π) (x + 0.044715 x³). As in `gelu`, only x is kept for the backward pass, and
 * there, with v = -x, another value stands for tanh:  dy/dx = (1 - tanh g(v)) / 2 + x (1 - tanh² g(v)) g'(x) / 2.
 */
function geluNew(x: Tensor): Tensor {
  const slope = Math.sqrt(2 / Math.PI);
  const cubic = 0.044715 * slope;
  const inner = (x: Tensor) => tf.mul(x, tf.add(tf.mul(tf.mul(x, x), cubic), slope));
  const op = tf.customGrad((...args) => {
    const [x, save] = args as [Tensor, (tensors: Tensor[]) => void];
    save([x]);
    return {
      value: tf.mul(tf.mul(x, tf.add(tf.tanh(inner(x)), 1)), 0.5),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [x] = saved as [Tensor];
        const v = tf.neg(x);
        const t = tf.tanh(inner(v));
        const innerSlope = tf.add(tf.mul(tf.mul(v, v), 3 * cubic), slope);
        const steep = tf.mul(tf.mul(v, tf.sub(1, tf.mul(t, t))), innerSlope); // -x (1 - t²) g'
        return tf.mul(tf.mul(dy, 0.5), tf.sub(tf.sub(1, t), steep));
      },
    };
  });
  return op(x);
}

/** x σ(x), by σ(x) = (1 + tanh(x / 2)) / 2. */
function silu(x: Tensor): Tensor {
  const half = tf.mul(x, 0.5);
  return tf.mul(half, tf.add(tf.tanh(half), 1));
}
