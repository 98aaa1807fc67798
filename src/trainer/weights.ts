import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import { keyOf, normals, uniforms } from '../core/random.ts';
import { floatTensor, sizeOf, type HostTensor, type HostTensors } from '../core/tensor.ts';
import type { TrainedTensor } from '../peft/method.ts';
import type { Assembly } from '../program/assembly.ts';

/** Values of the trained tensors before the first step: the checkpoint's where it has a tensor of that name and shape, else drawn from the seed. */
export async function initialValues(
  assembly: Pick<Assembly, 'trained'>,
  model: Pick<ModelFolder, 'tensors' | 'load'>,
  seed: number,
): Promise<HostTensors> {
  const inCheckpoint = assembly.trained.filter(
    ({ name, shape }) => model.tensors.get(name)?.shape.join() === shape.join(),
  );
  const loaded = await model.load(inCheckpoint.map(({ name }) => name));
  return new Map(
    assembly.trained.map((tensor) => [tensor.name, loaded.get(tensor.name) ?? drawn(tensor, seed)]),
  );
}

export function zeros(shape: readonly number[]): HostTensor {
  return floatTensor(shape, new Float32Array(sizeOf(shape)));
}

/** The same tensor of two recipes with one seed starts alike, whatever else they train. */
function drawn({ name, shape, init }: TrainedTensor, seed: number): HostTensor {
  switch (init.kind) {
    case 'zeros':
      return zeros(shape);
    case 'normal': {
      const values = normals(keyOf(seed, 'init', name), sizeOf(shape));
      return floatTensor(
        shape,
        values.map((x) => x * init.std),
      );
    }
    case 'ones':
      return floatTensor(shape, new Float32Array(sizeOf(shape)).fill(1));
    case 'uniform': {
      const values = uniforms(keyOf(seed, 'init', name), sizeOf(shape));
      return floatTensor(
        shape,
        values.map((x) => (2 * x - 1) * init.bound),
      );
    }
    case 'base':
      throw new Error(`internal: the checkpoint lacks "${name}", whose value a method starts from`);
  }
}
