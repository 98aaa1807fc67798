import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** The fields of a recipe's `training` that optimizers read (Transformers' names). */
export interface OptimizerSettings {
  readonly weight_decay: number;
  readonly adam_beta1: number;
  readonly adam_beta2: number;
  readonly adam_epsilon: number;
}

export interface Update {
  readonly parameter: Tensor;
  readonly state: readonly Tensor[];
}

/** How a trained tensor moves. `state` has one tensor of the parameter's shape for each of `stateNames`, all zero at first. */
export interface Optimizer {
  readonly stateNames: readonly string[];
  /** Scalars that change from step to step (1-based), by name; computed on the host in double precision. */
  scalars(settings: OptimizerSettings, step: number): Readonly<Record<string, number>>;
  update(
    settings: OptimizerSettings,
    given: {
      parameter: Tensor;
      gradient: Tensor;
      state: readonly Tensor[];
      decay: boolean;
      learningRate: Tensor;
      scalars: Readonly<Record<string, Tensor>>;
    },
  ): Update;
}

export type OptimizerName = 'adamw' | 'sgd';

/** By Transformers' names of `optim`. */
export const optimizers: Readonly<Record<OptimizerName, Optimizer>> = {
  /**
   * AdamW (Loshchilov and Hutter 2019) as PyTorch computes it:
   * p ← p (1 - lr λ);  m ← m + (1 - β₁)(g - m);  v ← β₂ v + (1 - β₂) g²;  p ← p - lr / (1 - β₁ᵗ) · m / (√v / √(1 - β₂ᵗ) + ε).
   */
  adamw: {
    stateNames: ['adam_m', 'adam_v'],
    scalars: ({ adam_beta1, adam_beta2 }, step) => ({
      first_correction: 1 / (1 - adam_beta1 ** step),
      second_correction: 1 / Math.sqrt(1 - adam_beta2 ** step),
    }),
    update: (
      { weight_decay, adam_beta1, adam_beta2, adam_epsilon },
      { parameter, gradient, state, decay, learningRate, scalars },
    ) => {
      const [m, v] = state;
      const decayed =
        decay && weight_decay > 0
          ? tf.mul(parameter, tf.sub(1, tf.mul(learningRate, weight_decay)))
          : parameter;
      const nextM = tf.add(m, tf.mul(tf.sub(gradient, m), 1 - adam_beta1));
      const nextV = tf.add(tf.mul(v, adam_beta2), tf.mul(tf.square(gradient), 1 - adam_beta2));
      const denominator = tf.add(tf.mul(tf.sqrt(nextV), scalars.second_correction), adam_epsilon);
      const rate = tf.mul(learningRate, scalars.first_correction);
      return { parameter: tf.sub(decayed, tf.mul(rate, tf.div(nextM, denominator))), state: [nextM, nextV] };
    },
  },
  /** Plain gradient descent, with weight decay as an L2 term: p ← p - lr (g + λ p). */
  sgd: {
    stateNames: [],
    scalars: () => ({}),
    update: ({ weight_decay }, { parameter, gradient, decay, learningRate }) => {
      const direction =
        decay && weight_decay > 0 ? tf.add(gradient, tf.mul(parameter, weight_decay)) : gradient;
      return { parameter: tf.sub(parameter, tf.mul(learningRate, direction)), state: [] };
    },
  },
};
