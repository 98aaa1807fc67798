import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * x Wᵀ + b for x (N, in), W (out, in) as PyTorch stores it, b (out); result (N, out), float32. The product is one
 * BatchMatMul forward and one backward (dy W), which an executor recognises by the frozen operand; gradients of W and b
 * exist only where they are trained.
 */
export function linear(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return tf.add(tf.matMul(x, weight, false, true), bias);
}

/** The same for W (in, out), as Transformers' `Conv1D` stores it: x W + b. */
export function conv1d(x: Tensor, weight: Tensor, bias: Tensor): Tensor {
  return tf.add(tf.matMul(x, weight), bias);
}
