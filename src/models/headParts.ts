import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { linear } from '../ops/linear.ts';
import type { DropoutSite, ForwardContext, HeadTensor, ModelOutput, ModelShape } from './architecture.ts';

/** x[0] of the last hidden state (B, S, d): (B, d). */
export function firstToken({ lastHiddenState }: ModelOutput): Tensor {
  const [batch, , width] = lastHiddenState.shape as [number, number, number];
  return tf.reshape(tf.slice(lastHiddenState, [0, 0, 0], [batch, 1, width]), [batch, width]);
}

/** The linear map of a head at this path: (B, in) -> (B, out). */
export function headLinear({ parameters }: ForwardContext, path: string, x: Tensor): Tensor {
  return linear(x, parameters(`${path}.weight`), parameters(`${path}.bias`));
}

/** Weight (out, in) and bias (out) of that map. */
export function headLinearTensors(
  path: string,
  [out, input]: readonly [number, number],
  { perClass = false } = {},
): HeadTensor[] {
  return [
    { name: `${path}.weight`, shape: [out, input], role: 'weight', perClass },
    { name: `${path}.bias`, shape: [out], role: 'bias', perClass },
  ];
}

/** Dropout of one vector a text, (B, d), at the head's rate. */
export function headDropout(name: string, { classifierDropout, hiddenSize }: ModelShape): DropoutSite {
  return { name, rate: classifierDropout, shape: ['B', hiddenSize] };
}
