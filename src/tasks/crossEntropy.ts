import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of each example, float32 (B), from logits float32 (B, C) and targets int32 (B) in 0 .. C-1, smoothed as by
 * Transformers' `LabelSmoother` (e is the smoothing): (1 - e) * -log p[target] + e * mean over classes of -log p.
 *
 * That is -sum(w * log p) with weights w = (1 - e) * onehot + e / C, which sum to 1; its gradient with respect to the
 * logits is p - w. It is given here because TensorFlow.js's gradient of `sum` makes a host array of the size of the batch.
 */
export function crossEntropy(logits: Tensor, targets: Tensor, smoothing: number): Tensor {
  const classes = logits.shape[1] as number;
  const ids = tf.range(0, classes, 1, 'int32'); // (C)
  const op = tf.customGrad((...args) => {
    const [logits, save] = args as [Tensor, (tensors: Tensor[]) => void];
    const hit = tf.cast(tf.equal(tf.expandDims(targets, 1), ids), 'float32'); // (B, C)
    const weights = tf.add(tf.mul(hit, 1 - smoothing), smoothing / classes);
    const logProbabilities = tf.logSoftmax(logits);
    save([weights, logProbabilities]);
    return {
      value: tf.neg(tf.sum(tf.mul(weights, logProbabilities), 1)),
      gradFunc: (dy: Tensor, saved: Tensor[]) => {
        const [weights, logProbabilities] = saved as [Tensor, Tensor];
        return tf.mul(tf.expandDims(dy, 1), tf.sub(tf.exp(logProbabilities), weights));
      },
    };
  });
  return op(logits);
}
