import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { dropout } from '../ops/dropout.ts';
import type { Dropout } from '../models/architecture.ts';
import type { TrainedTensor } from '../peft/method.ts';
import { parametersFrom, type Assembly } from './assembly.ts';
import { dropoutFeed, dropoutInputs } from './dropoutFeeds.ts';
import { optimizers, type OptimizerName, type OptimizerSettings } from './optimizers.ts';
import type { NamedTensors, Program, ProgramInput } from './program.ts';

/** The fields of a recipe's `training` that shape the programs. */
export interface StepSettings extends OptimizerSettings {
  readonly optim: OptimizerName;
  /** 0 switches clipping off, as in Transformers. */
  readonly max_grad_norm: number;
  readonly label_smoothing_factor: number;
  readonly gradient_accumulation_steps: number;
}

/** Results of the program that updates: mean loss of the effective batch, norm of its gradient before clipping, 1 if both are finite. */
export const STEP_RESULTS = ['loss', 'grad_norm', 'finite'] as const;

/** Programs that train: one step does it all, or, with accumulation, `accumulate` for each batch and then `apply`. */
export type TrainingPrograms =
  { readonly step: Program } | { readonly accumulate: Program; readonly apply: Program };

export function trainingPrograms(assembly: Assembly, settings: StepSettings): TrainingPrograms {
  const frozen = frozenInputs(assembly);
  const trained = trainedInputs(assembly);
  const sums = [
    stateInput(LOSS_SUM, []),
    ...assembly.trained.map((t) => stateInput(gradientSum(t.name), t.shape)),
  ];
  const limits = { S: assembly.maxLength };
  const batch = [
    ...batchInputs(assembly),
    scalarFeed('loss_denominator'),
    ...dropoutInputs(assembly.dropoutSites),
  ];
  const update = updateInputs(assembly, settings);

  if (settings.gradient_accumulation_steps === 1) {
    const run = (inputs: NamedTensors) => {
      const { loss, gradients } = lossAndGradients(assembly, settings, inputs);
      return updated(assembly, settings, inputs, loss, gradients);
    };
    return {
      step: {
        name: 'step',
        inputs: [...frozen, ...trained, ...batch, ...update],
        results: STEP_RESULTS,
        limits,
        run,
      },
    };
  }
  return {
    accumulate: {
      name: 'accumulate',
      inputs: [...frozen, ...trained, ...sums, ...batch],
      results: [],
      limits,
      run: (inputs) => {
        const { loss, gradients } = lossAndGradients(assembly, settings, inputs);
        return {
          [LOSS_SUM]: tf.add(inputs[LOSS_SUM], loss),
          ...byTensor(assembly.trained, ({ name }, i) => [
            gradientSum(name),
            tf.add(inputs[gradientSum(name)], gradients[i]),
          ]),
        };
      },
    },
    apply: {
      name: 'apply',
      inputs: [...trained, ...sums, ...update],
      results: STEP_RESULTS,
      limits,
      run: (inputs) => ({
        ...updated(
          assembly,
          settings,
          inputs,
          inputs[LOSS_SUM],
          assembly.trained.map(({ name }) => inputs[gradientSum(name)]),
        ),
        [LOSS_SUM]: tf.zerosLike(inputs[LOSS_SUM]),
        ...byTensor(assembly.trained, ({ name }) => [
          gradientSum(name),
          tf.zerosLike(inputs[gradientSum(name)]),
        ]),
      }),
    },
  };
}

/** Logits, or the task's outcome in their place, and the loss of each target, without dropout. */
export function evaluationProgram(assembly: Assembly): Program {
  return {
    name: 'evaluate',
    inputs: [...frozenInputs(assembly), ...trainedInputs(assembly), ...batchInputs(assembly)],
    results: ['logits', 'losses'],
    limits: { S: assembly.maxLength },
    run: (inputs) => {
      const { task } = assembly;
      const logits = forward(assembly, inputs, (_, x) => x);
      const losses = task.loss(logits, inputs.labels, { labelSmoothing: 0 });
      return { logits: task.outcome?.(logits, losses) ?? logits, losses };
    },
  };
}

/** Optimizer state, gradient sums and squared norms that training needs beside the trained tensors; all zero at first. */
export function trainingState(
  assembly: Assembly,
  settings: StepSettings,
): { name: string; shape: readonly number[] }[] {
  const moments = assembly.trained.flatMap(({ name, shape }) =>
    optimizers[settings.optim].stateNames.map((state) => ({ name: `${state}/${name}`, shape })),
  );
  const squares = { name: GRADIENT_SQUARES, shape: [assembly.trained.length] };
  if (settings.gradient_accumulation_steps === 1) return [...moments, squares];
  const sums = assembly.trained.map(({ name, shape }) => ({ name: gradientSum(name), shape }));
  return [...moments, squares, { name: LOSS_SUM, shape: [] }, ...sums];
}

/**
 * State that sums, over all steps, the square of the norm of each trained tensor's gradient before clipping, in the order of `trained`. One
 * vector: a step needs these squares for clipping anyway, and a state for each would cost more than the sum.
 */
export const GRADIENT_SQUARES = 'gradient_squares';

/** Feed with the learning rate of the tensors of one method, or of the head. */
export function learningRateFeed(method: string): string {
  return `learning_rate/${method}`;
}

const LOSS_SUM = 'loss_sum';
const gradientSum = (name: string) => `gradient_sum/${name}`;

const batchInputs = ({ task }: Assembly): readonly ProgramInput[] => [
  { name: 'input_ids', role: 'feed', dtype: 'int32', shape: ['B', 'S'] },
  { name: 'attention_mask', role: 'feed', dtype: 'float32', shape: ['B', 'S'] },
  { name: 'token_type_ids', role: 'feed', dtype: 'int32', shape: ['B', 'S'] },
  { name: 'labels', role: 'feed', dtype: 'int32', shape: task.targetShape },
];

export function frozenInputs({ frozen }: Assembly): ProgramInput[] {
  return frozen.map(({ name, shape }) => ({ name, role: 'frozen', dtype: 'float32', shape }));
}

export function trainedInputs({ trained }: Assembly): ProgramInput[] {
  return trained.map(({ name, shape }) => stateInput(name, shape));
}

function stateInput(name: string, shape: readonly number[]): ProgramInput {
  return { name, role: 'state', dtype: 'float32', shape };
}

function scalarFeed(name: string): ProgramInput {
  return { name, role: 'feed', dtype: 'float32', shape: [] };
}

/** Optimizer state, squared norms, and the scalars of the step. */
function updateInputs({ trained }: Assembly, settings: StepSettings): ProgramInput[] {
  const { stateNames, scalars } = optimizers[settings.optim];
  return [
    ...trained.flatMap(({ name, shape }) => stateNames.map((state) => stateInput(`${state}/${name}`, shape))),
    stateInput(GRADIENT_SQUARES, [trained.length]),
    ...[...new Set(trained.map(({ method }) => method))].map((method) =>
      scalarFeed(learningRateFeed(method)),
    ),
    ...Object.keys(scalars(settings, 1)).map(scalarFeed),
  ];
}

function byTensor(
  trained: readonly TrainedTensor[],
  entry: (tensor: TrainedTensor, i: number) => [string, Tensor],
): Record<string, Tensor> {
  return Object.fromEntries(trained.map(entry));
}

function forward(assembly: Assembly, inputs: NamedTensors, dropout: Dropout): Tensor {
  const { info, task, taskFields } = assembly;
  const parameters = parametersFrom(inputs);
  const context = { parameters, hooks: assembly.hooks(parameters, dropout), dropout };
  const batch = {
    inputIds: inputs.input_ids,
    attentionMask: inputs.attention_mask,
    tokenTypeIds: inputs.token_type_ids,
  };
  return task.forward(
    taskFields,
    info,
    context,
    batch,
    info.architecture.forward(info.shape, context, batch),
  );
}

/** Dropout as the feeds of this step say. */
function dropoutOf({ dropoutSites }: Assembly, inputs: NamedTensors): Dropout {
  const rates = new Map(dropoutSites.map(({ name, rate }) => [name, rate]));
  return (site, x) => {
    const rate = rates.get(site);
    if (rate === undefined) return x;
    const columns = [...dropoutSites.filter(({ ahead }) => ahead === site).map(({ name }) => name), site].map(
      (name) => inputs[dropoutFeed(name, 'columns')],
    );
    const rows = inputs[dropoutFeed(site, 'rows')];
    const drop = (x: Tensor) => dropout(x, rate, rows, tf.concat(columns, -1));
    if (x.rank === rows.rank) return drop(x);
    const leading = rows.shape.slice(0, -1);
    return tf.reshape(drop(tf.reshape(x, [...leading, x.shape.at(-1)!])), x.shape);
  };
}

/** Loss Σ ℓᵢ / loss_denominator, so that sums over accumulated batches are the mean of the whole, and its gradient. */
function lossAndGradients(
  assembly: Assembly,
  settings: StepSettings,
  inputs: NamedTensors,
): { loss: Tensor; gradients: Tensor[] } {
  const drop = dropoutOf(assembly, inputs);
  const names = assembly.trained.map(({ name }) => name);
  const gradientsOf = tf.valueAndGrads((...trained: Tensor[]) => {
    const logits = forward(
      assembly,
      { ...inputs, ...Object.fromEntries(names.map((name, i) => [name, trained[i]])) },
      drop,
    );
    const losses = assembly.task.loss(logits, inputs.labels, {
      labelSmoothing: settings.label_smoothing_factor,
    });
    return tf.div(tf.sum(losses), inputs.loss_denominator);
  });
  const { value, grads } = gradientsOf(names.map((name) => inputs[name]));
  return { loss: value, gradients: grads };
}

/** Clips by the global norm as PyTorch does, and updates; a step whose loss or norm is not finite changes nothing. */
function updated(
  assembly: Assembly,
  settings: StepSettings,
  inputs: NamedTensors,
  loss: Tensor,
  gradients: readonly Tensor[],
): Record<string, Tensor> {
  const squares = gradients.map((gradient) => tf.sum(tf.square(gradient)));
  const norm = tf.sqrt(squares.reduce((sum, square) => tf.add(sum, square)));
  const finite = tf.logicalAnd(tf.isFinite(loss), tf.isFinite(norm));
  const clip =
    settings.max_grad_norm > 0
      ? tf.minimum(tf.div(settings.max_grad_norm, tf.add(norm, 1e-6)), 1)
      : undefined;
  const optimizer = optimizers[settings.optim];
  const scalars = Object.fromEntries(
    Object.keys(optimizer.scalars(settings, 1)).map((name) => [name, inputs[name]]),
  );
  const next: Record<string, Tensor> = {};
  assembly.trained.forEach(({ name, method, decay }, i) => {
    const stateNames = optimizer.stateNames.map((state) => `${state}/${name}`);
    const update = optimizer.update(settings, {
      parameter: inputs[name],
      gradient: clip === undefined ? gradients[i] : tf.mul(gradients[i], clip),
      state: stateNames.map((state) => inputs[state]),
      decay,
      learningRate: inputs[learningRateFeed(method)],
      scalars,
    });
    [name, ...stateNames].forEach((target, k) => {
      const value = k === 0 ? update.parameter : update.state[k - 1];
      next[target] = tf.where(finite, value, inputs[target]);
    });
  });
  const summed = tf.add(
    inputs[GRADIENT_SQUARES],
    tf.concat(squares.map((square) => tf.reshape(square, [1]))),
  );
  next[GRADIENT_SQUARES] = tf.where(finite, summed, inputs[GRADIENT_SQUARES]);
  return { ...next, loss, grad_norm: norm, finite: tf.cast(finite, 'float32') };
}
