import { createHash } from 'node:crypto';
import { drawnTensor, type DrawnInit } from '../core/drawnTensor.ts';
import { internal, UserError } from '../core/errors.ts';
import { floatTensor, type HostTensor, type HostTensors } from '../core/tensor.ts';
import type { Architecture, ModelShape, ModelTensor, TensorRole } from '../models/architecture.ts';
import { configFault } from './errors.ts';
import { readModelConfig, type ModelConfig, type ModelFolder } from './modelFolder.ts';

/**
 * A model folder of which config.json alone is read: its weights are drawn as Transformers initialises a new model of that configuration.
 * @throws UserError as `readModelConfig`, and where the configuration wants other initial values
 */
export async function openRandomModel(dir: string, seed: number): Promise<ModelFolder> {
  const model = await readModelConfig(dir);
  expectFresh(model);
  return {
    ...model,
    ...randomTensors(model, seed),
    missing: [],
    sizeBytes: 0,
    hash: () => Promise.resolve(hashOf(model)),
  };
}

/** Every tensor of a new model: a function of the seed and its name. Nothing is drawn before it is loaded. */
export function randomTensors(
  { architecture, shape }: { readonly architecture: Architecture; readonly shape: ModelShape },
  seed: number,
): Pick<ModelFolder, 'tensors' | 'load'> {
  const declared = new Map(architecture.tensors(shape).map((tensor) => [tensor.name, tensor]));
  const valueOf = (name: string): HostTensor => {
    const tensor = declared.get(name) ?? internal(`no tensor ${name} in the random model`);
    const value = drawnTensor({ ...tensor, init: initOf(tensor, shape) }, seed);
    return withZeroRow(value, tensor.fresh?.zeroRow);
  };
  const load = (names: Iterable<string>): Promise<HostTensors> =>
    Promise.resolve(new Map([...names].map((name) => [name, valueOf(name)])));
  const described = [...declared].map(([name, { shape }]) => [name, { dtype: 'F32', shape }] as const);
  return { tensors: new Map(described), load };
}

/** How tensors start, by their role and standard deviation. */
const inits: Readonly<Record<TensorRole, (std: number) => DrawnInit>> = {
  table: (std) => ({ kind: 'normal', std }),
  weight: (std) => ({ kind: 'normal', std }),
  bias: () => ({ kind: 'zeros' }),
  gain: () => ({ kind: 'ones' }),
  norm_bias: () => ({ kind: 'zeros' }),
};

function initOf({ role, fresh }: ModelTensor, { initializerRange }: ModelShape): DrawnInit {
  return inits[role](fresh?.std ?? initializerRange);
}

function withZeroRow({ shape, data }: HostTensor, row: number | undefined): HostTensor {
  const [, width] = shape;
  const values = data as Float32Array;
  return floatTensor(shape, row === undefined ? values : values.fill(0, row * width, (row + 1) * width));
}

function expectFresh({ dir, architecture, config }: ModelConfig): void {
  try {
    architecture.checkFresh?.(config);
  } catch (error) {
    throw error instanceof UserError ? configFault(dir, error) : error;
  }
}

/** Of what the weights are drawn by, save the seed. */
function hashOf({ config }: ModelConfig): string {
  return createHash('sha256').update('random').update(JSON.stringify(config)).digest('hex');
}
