import { keyOf, normals } from '../src/core/random.ts';
import {
  floatTensor,
  intTensor,
  scalar,
  sizeOf,
  type HostTensor,
  type HostTensors,
} from '../src/core/tensor.ts';
import type { Executor } from '../src/engine/executor.ts';
import type { JsonObject } from '../src/core/json.ts';
import { findArchitecture } from '../src/models/registry.ts';
import { methods } from '../src/peft/registry.ts';
import { assemble } from '../src/program/assembly.ts';
import { dropoutFeeds } from '../src/program/dropoutFeeds.ts';
import { optimizers } from '../src/program/optimizers.ts';
import { learningRateFeed, trainingPrograms, trainingState } from '../src/program/training.ts';
import { tasks } from '../src/tasks/registry.ts';

const settings = {
  optim: 'adamw',
  weight_decay: 0,
  adam_beta1: 0.9,
  adam_beta2: 0.999,
  adam_epsilon: 1e-8,
  max_grad_norm: 1,
  label_smoothing_factor: 0,
  gradient_accumulation_steps: 1,
} as const;

export interface StepShape {
  /** config.json */
  readonly config: JsonObject;
  readonly batch: number;
  readonly length: number;
  /** A recipe's `methods`. */
  readonly methods: Readonly<Record<string, object>>;
}

/** The training step of a model of random weights at a fixed shape, ready on an executor; `run(step)` makes the step after `step` others. */
export async function randomModel(executor: Executor, of: StepShape) {
  const { batch, length } = of;
  const architecture = findArchitecture(of.config.model_type);
  const shape = architecture.readConfig(of.config);
  const assembly = assemble({
    info: { architecture, shape, numLabels: 2, missing: [] },
    task: tasks['text-classification'],
    taskFields: { type: 'text-classification', pooling: 'model' } as never,
    methods: Object.entries(of.methods).map(([id, fields]) => ({
      method: methods[id],
      fields: methods[id].fields.parse(fields),
    })),
  });
  const base = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor]));
  const valueOf = ({ name, shape: s }: { name: string; shape: readonly number[] }): [string, HostTensor] => {
    const role = base.get(name)?.role;
    if (role === 'gain') return [name, floatTensor(s, new Float32Array(sizeOf(s)).fill(1))];
    return [name, role?.endsWith('bias') ? zeros(s) : random(name, s, 0.02)];
  };
  const frozen: HostTensors = new Map(assembly.frozen.map(valueOf));
  const state: HostTensors = new Map([
    ...assembly.trained.map(valueOf),
    ...trainingState(assembly, settings).map(({ name, shape: s }) => [name, zeros(s)] as const),
  ]);

  const programs = trainingPrograms(assembly, settings);
  if (!('step' in programs)) throw new Error('internal: one program expected');
  const executable = await executor.compile(programs.step);
  const stores = { frozen: executor.store(frozen, 'frozen'), state: executor.store(state) };
  const run = (step: number, { lossDenominator = batch } = {}) =>
    executable.run({
      ...stores,
      feeds: {
        input_ids: intTensor(
          [batch, length],
          Int32Array.from({ length: batch * length }, (_, i) => (i * 7919 + step) % shape.vocabularySize),
        ),
        attention_mask: floatTensor([batch, length], new Float32Array(batch * length).fill(1)),
        token_type_ids: intTensor([batch, length], new Int32Array(batch * length)),
        labels: intTensor(
          [batch],
          Int32Array.from({ length: batch }, (_, i) => i % 2),
        ),
        loss_denominator: scalar(lossDenominator),
        ...Object.fromEntries(assembly.trained.map(({ method }) => [learningRateFeed(method), scalar(1e-3)])),
        ...Object.fromEntries(
          Object.entries(optimizers.adamw.scalars(settings, step + 1)).map(([name, x]) => [name, scalar(x)]),
        ),
        ...dropoutFeeds(assembly.dropoutSites, { seed: 0, step, symbols: { B: batch, S: length } }),
      },
    });
  const dispose = async () => {
    await executable.dispose();
    stores.frozen.dispose();
    stores.state.dispose();
    await executor.dispose();
  };
  const trainedParameters = assembly.trained.reduce((sum, { shape: s }) => sum + sizeOf(s), 0);
  return { run, state: stores.state, trainedParameters, dispose };
}

function zeros(shape: readonly number[]): HostTensor {
  return floatTensor(shape, new Float32Array(sizeOf(shape)));
}

/** Values that repeat: a large model's own would take longer to draw than its steps to run. */
function random(name: string, shape: readonly number[], std: number): HostTensor {
  const drawn = normals(keyOf(name), Math.min(sizeOf(shape), 2 ** 16));
  const values = new Float32Array(sizeOf(shape));
  for (let i = 0; i < values.length; i++) values[i] = std * drawn[i % drawn.length];
  return floatTensor(shape, values);
}
