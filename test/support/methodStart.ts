import * as tf from '@tensorflow/tfjs-core';
import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import type { HostTensor, HostTensors } from '../../src/core/tensor.ts';
import type { Parameters } from '../../src/models/architecture.ts';
import { parametersFrom, type Assembly } from '../../src/program/assembly.ts';
import { initialValues } from '../../src/trainer/weights.ts';
import { tinyAssembly, tinyWeights } from './tinyModel.ts';

/** Values of every tensor of the tiny model and of a head: what tinyWeights gives a tensor of that name, whoever trains it. */
export function tinyCheckpoint(): HostTensors {
  const { frozen, state } = tinyWeights(tinyAssembly({ use: { head_only: {} } }));
  return new Map([...frozen, ...state].filter(([name]) => !name.startsWith('adam_')));
}

/** Frozen and trained tensors before the first step, from tinyCheckpoint and the methods' own initialisation. */
export async function tinyStart(
  assembly: Assembly,
  seed = 1,
): Promise<{ frozen: HostTensors; state: HostTensors }> {
  const tensors = tinyCheckpoint();
  const load = (names: readonly string[]) =>
    Promise.resolve(new Map(names.map((name) => [name, tensors.get(name)!] as const)));
  const model = { tensors, load } as unknown as ModelFolder;
  const { frozen, state } = tinyWeights(assembly);
  return { frozen, state: new Map([...state, ...(await initialValues(assembly, model, seed))]) };
}

/** What is left of the model when every method is merged into it, one after the other; the head stays. */
export function tinyMerged({ methods, info, trained }: Assembly, values: HostTensors): HostTensors {
  const merged = tinyCheckpoint();
  for (const [name, value] of values) if (merged.has(name)) merged.set(name, value);
  const added = new Map(trained.map(({ name }) => [name, values.get(name)!]));
  for (const { method, fields } of methods) {
    const result = computed(new Map([...added, ...merged]), (parameters) =>
      method.merge ? method.merge(fields, info, parameters) : {},
    );
    for (const [name, value] of result) merged.set(name, value);
  }
  return merged;
}

/** What a function of tensors by name gives, on the plain JavaScript backend. */
export function computed(
  values: HostTensors,
  compute: (parameters: Parameters) => Record<string, tf.Tensor>,
): HostTensors {
  tf.setBackend('cpu');
  const results = new Map<string, HostTensor>();
  tf.tidy(() => {
    const tensors = [...values].map(([name, { data, shape, dtype }]) => [
      name,
      tf.tensor(data, [...shape], dtype),
    ]);
    const given = parametersFrom(Object.fromEntries(tensors) as Record<string, tf.Tensor>);
    for (const [name, tensor] of Object.entries(compute(given))) {
      results.set(name, {
        dtype: tensor.dtype,
        shape: tensor.shape,
        data: tensor.dataSync().slice(),
      } as HostTensor);
    }
  });
  return results;
}
