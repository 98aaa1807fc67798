import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Parameters } from '../models/architecture.ts';
import { activations, type ActivationName } from '../ops/activation.ts';
import { linear } from '../ops/linear.ts';
import type { Init, TrainedTensor } from './method.ts';

/** How the two matrices start; biases start at 0. */
export type BottleneckInit = 'bert' | 'lora';

/** Standard deviation of both matrices with `bert`, as AdapterHub and He et al. have it. */
const BERT_STD = 0.02;

/** The tensors of a bottleneck (r, d) at a path, as far as they are known there; with a scale of its own, which starts at 1. */
export function bottleneckTensors(
  path: string,
  { d, r, init, learnsScale }: { d: number; r: number; init: BottleneckInit; learnsScale: boolean },
): Pick<TrainedTensor, 'name' | 'shape' | 'init' | 'decay'>[] {
  const bert: Init = { kind: 'normal', std: BERT_STD };
  // Kaiming uniform with a = √5, as PyTorch's nn.Linear starts; with `up` at 0 the bottleneck adds nothing at first.
  const [down, up]: [Init, Init] =
    init === 'bert' ? [bert, bert] : [{ kind: 'uniform', bound: 1 / Math.sqrt(d) }, { kind: 'zeros' }];
  return [
    { name: `${path}.down.weight`, shape: [r, d], init: down, decay: true },
    { name: `${path}.down.bias`, shape: [r], init: { kind: 'zeros' }, decay: false },
    { name: `${path}.up.weight`, shape: [d, r], init: up, decay: true },
    { name: `${path}.up.bias`, shape: [d], init: { kind: 'zeros' }, decay: false },
    ...(learnsScale
      ? [{ name: `${path}.scaling`, shape: [], init: { kind: 'ones' } as const, decay: false }]
      : []),
  ];
}

/** s (W_up drop(act(W_down x + b_down)) + b_up) for x (N, d), with these tensors and a scale s that is fixed or learned. */
export function bottleneck(
  path: string,
  x: Tensor,
  {
    parameters,
    activation,
    scaling,
    dropout,
  }: {
    parameters: Parameters;
    activation: ActivationName;
    scaling: number | 'learned';
    dropout: (x: Tensor) => Tensor;
  },
): Tensor {
  const map = (name: string, x: Tensor) =>
    linear(x, parameters(`${path}.${name}.weight`), parameters(`${path}.${name}.bias`));
  const y = map('up', dropout(activations[activation](map('down', x)))); // (N, d)
  if (scaling === 1) return y;
  return tf.mul(y, scaling === 'learned' ? parameters(`${path}.scaling`) : scaling);
}
