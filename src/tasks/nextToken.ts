import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Architecture, ModelOutput } from '../models/architecture.ts';
import { countTargets } from './countTargets.ts';
import { crossEntropy } from './crossEntropy.ts';
import { predictsNoText } from './errors.ts';
import type { Beside, Example, Logits, Task, TaskProblem } from './task.ts';
import type { TargetLoss } from './perplexity.ts';

/** What tasks have in common that learn the next token: the head of Transformers' class, which has no tensor of its own. */
export const nextToken = {
  head: () => [],
  unused: () => [],
  dropoutSites: () => [],
  targetShape: ['B', 'S'],
  /** (B, S, V) */
  forward: (_, { architecture }, context, __, { lastHiddenState }: ModelOutput) => {
    const [batch, length, width] = lastHiddenState.shape as [number, number, number];
    const logits = headOf(architecture).logits(context, tf.reshape(lastHiddenState, [batch * length, width]));
    return tf.reshape(logits, [batch, length, logits.shape[1]!]);
  },
  loss: (logits, targets, { labelSmoothing }) => crossEntropy(logits, targets, labelSmoothing),
  /** (B, S, 1): the losses, which are all that is measured; a vocabulary of logits for each token would fill the memory. */
  outcome: (_: Tensor, losses: Tensor) => tf.expandDims(losses, -1),
  smoothsLabels: true,
  transformers: {
    nameOf: (architecture) => headOf(architecture).transformersClass,
    config: {},
    numLabels: 0,
    peftTask: 'CAUSAL_LM',
    peftModules: [],
  },
} as const satisfies Partial<Task>;

/** Of a model that does not predict the next token. */
export function nextTokenProblems({ architecture }: Pick<Beside, 'architecture'>): TaskProblem[] {
  return architecture.nextToken === undefined
    ? [{ field: 'type', message: predictsNoText(architecture.id).message }]
    : [];
}

function headOf(architecture: Pick<Architecture, 'id' | 'nextToken'>) {
  if (architecture.nextToken === undefined) throw predictsNoText(architecture.id);
  return architecture.nextToken;
}

/** What follows each token: the next one, and `last` behind the last. */
export function nextOf(ids: Int32Array, last: number): Int32Array {
  const targets = new Int32Array(ids.length).fill(last);
  targets.set(ids.subarray(1));
  return targets;
}

/** From the outcome of an example, (S, 1). */
export function targetLoss({ data }: Logits, example: Pick<Example, 'targets'>): TargetLoss {
  return {
    loss: (data as Float32Array).reduce((sum, loss) => sum + loss, 0),
    targets: countTargets([example]),
  };
}
