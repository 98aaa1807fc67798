import type { ExecutorId } from './executor.ts';
import { hasGraphicsCard } from './graphics.ts';
import { cudaLibraries } from './onnxRuntimePackage.ts';
import type { Environment } from './setupPlace.ts';
import { findPackage, manifestOf, packages } from './tensorflowPackage.ts';

type Place = 'processor' | 'graphics card';

/** On what each executor computes; TensorFlow on what its package was built for. */
const places: Readonly<Record<ExecutorId, (env: Environment) => Place>> = {
  'onnx-cpu': () => 'processor',
  'onnx-webgpu': () => 'graphics card',
  'onnx-cuda': () => 'graphics card',
  tensorflow: (env) => (isForCards(findPackage(env)?.dir) ? 'graphics card' : 'processor'),
  reference: () => 'processor',
};

export function computesOn(id: ExecutorId, env: Environment): Place {
  return places[id](env);
}

/** The card that an executor takes, for locks and readings: `CUDA_VISIBLE_DEVICES` says which, as for PyTorch; undefined on the processor. */
export function cardOf(id: ExecutorId, env: Environment): string | undefined {
  if (computesOn(id, env) === 'processor') return undefined;
  const [first = ''] = (env.CUDA_VISIBLE_DEVICES ?? '').split(',');
  return first.trim() || '0';
}

/** Why an executor cannot be of use on this machine, where that shows without starting it. */
export function ruledOut(id: ExecutorId, env: Environment, hasCard = hasGraphicsCard()): string | undefined {
  const missing = notSetUp[id]?.(env);
  if (missing !== undefined) return missing;
  const needsCard = computesOn(id, env) === 'graphics card';
  return needsCard && !hasCard ? 'this machine has no graphics card' : undefined;
}

/** Of executors whose package is no part of this program. */
const notSetUp: Readonly<Partial<Record<ExecutorId, (env: Environment) => string | undefined>>> = {
  'onnx-cuda': (env) =>
    cudaLibraries(env) === undefined ? 'it is not set up (`peft-workbench setup onnx-cuda`)' : undefined,
  tensorflow: (env) =>
    findPackage(env) === undefined ? 'it is not set up (`peft-workbench setup tensorflow`)' : undefined,
};

function isForCards(dir: string | undefined): boolean {
  return dir !== undefined && manifestOf(dir)?.name === packages[0];
}
