import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Cross-entropy, float32 (...), from logits float32 (..., C) and targets int32 (...) in 0 .. C-1, smoothed as by Transformers'
 * `LabelSmoother` (e is the smoothing): (1 - e) * -log p[target] + e * mean over classes of -log p; 0 where the target is below 0.
 *
 * That is -sum(w * log p) with weights w = (1 - e) * onehot + e / C, which sum to 1; its gradient with respect to the
 * logits is p - w. It is given here because TensorFlow.js's gradient of `sum` makes a host array of the size of the batch.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, smoothing: number): Tensor {
  const classes = logits.shape.at(-1)!;
  const ids = tf.range(0, classes, 1, 'int32'); // (C)
  const op = tf.customGrad((...args) => {
    const [logits, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const counted = tf.cast(tf.greaterEqual(targets, tf.scalar(0, 'int32')), 'float32'); // (...)
    const hit = tf.cast(tf.equal(tf.expandDims(targets, -1), ids), 'float32'); // (..., C)
    const weights = tf.add(tf.mul(hit, 1 - smoothing), smoothing / classes);
    const logProbabilities = tf.logSoftmax(logits);
    save([counted, weights, logProbabilities]);
    return {
      value: tf.mul(tf.neg(tf.sum(tf.mul(weights, logProbabilities), -1)), counted),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [counted, weights, logProbabilities] = saved as [Tensor, Tensor, Tensor];
        const scale = tf.expandDims(tf.mul(dy, counted), -1); // (..., 1)
        return tf.mul(scale, tf.sub(tf.exp(logProbabilities), weights));
      },
    };
  });
  return op(logits);
}
