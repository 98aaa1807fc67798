import * as tf from '@tensorflow/tfjs-core';
import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import type { HostTensor, HostTensors } from '../../src/core/tensor.ts';
import type { Parameters } from '../../src/models/architecture.ts';
import { assemble, parametersFrom, type Assembly } from '../../src/program/assembly.ts';
import { mergeProgram } from '../../src/program/merge.ts';
import { initialValues } from '../../src/trainer/weights.ts';
import { tinyWeights } from './tinyModel.ts';

/** Values of every tensor of the assembly's model and of its head: what tinyWeights gives a tensor of that name, whoever trains it. */
export function tinyCheckpoint(assembly: Assembly): HostTensors {
  const { frozen, state } = tinyWeights(assemble({ ...assembly, methods: [] }));
  return new Map([...frozen, ...state].filter(([name]) => !name.startsWith('adam_')));
}

/** Frozen and trained tensors before the first step, from tinyCheckpoint and the methods' own initialisation. */
export async function tinyStart(
  assembly: Assembly,
  seed = 1,
): Promise<{ frozen: HostTensors; state: HostTensors }> {
  const tensors = tinyCheckpoint(assembly);
  const load = (names: readonly string[]) =>
    Promise.resolve(new Map(names.map((name) => [name, tensors.get(name)!] as const)));
  const model = { tensors, load } as unknown as ModelFolder;
  const { frozen, state } = tinyWeights(assembly);
  return { frozen, state: new Map([...state, ...(await initialValues(assembly, model, seed))]) };
}

/** What is left of the model when every method is merged into it, one after the other; the head stays. */
export function tinyMerged(assembly: Assembly, values: HostTensors): HostTensors {
  const checkpoint = tinyCheckpoint(assembly);
  const all = new Map([...checkpoint, ...values]);
  return new Map(
    [...checkpoint.keys()].map((name) => {
      const value = all.get(name)!;
      const program = mergeProgram(assembly, { name, shape: value.shape });
      if (program === undefined) return [name, value];
      const names = program.inputs.map((input) => input.name);
      const given = new Map(names.map((each) => [each, all.get(each)!]));
      const run = (parameters: Parameters) =>
        program.run(Object.fromEntries(names.map((each) => [each, parameters(each)])));
      return [name, computed(given, run).get(name)!];
    }),
  );
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
