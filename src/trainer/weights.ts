import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import { drawnTensor } from '../core/drawnTensor.ts';
import { internal } from '../core/errors.ts';
import { LARGEST_FLOAT16 } from '../core/halfFloat.ts';
import type { HostTensor, HostTensors } from '../core/tensor.ts';
import type { TrainedTensor } from '../peft/method.ts';
import type { Assembly } from '../program/assembly.ts';
import { isNarrowed } from '../trace/narrow.ts';
import { beyondFloat16 } from './errors.ts';

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

function drawn({ name, shape, init }: TrainedTensor, seed: number): HostTensor {
  if (init.kind === 'base')
    return internal(`the checkpoint lacks "${name}", whose value a method starts from`);
  return drawnTensor({ name, shape, init }, seed);
}

/** An infinite weight would make every loss infinite; those that stay float32 may be larger. @throws UserError where float16 cannot hold one */
export function expectFloat16(weights: HostTensors): void {
  for (const [name, tensor] of weights) {
    if (!isNarrowed(tensor)) continue;
    const beyond = tensor.data.find((x) => Math.abs(x) > LARGEST_FLOAT16);
    if (beyond !== undefined) throw beyondFloat16(name, beyond);
  }
}
