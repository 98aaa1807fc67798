import type { Environment } from '../core/environment.ts';
import type { ExecutorId } from './executor.ts';
import { hasGraphicsCard } from './graphics.ts';
import { cudaLibraries } from './onnxRuntimePackage.ts';
import { setUpCommands } from './setupPlace.ts';
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

/** What makes CUDA count cards as `nvidia-smi` does, and not the fastest first. */
export const cardOrder = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } as const;

/** The card that CUDA takes first: `CUDA_VISIBLE_DEVICES` says which, as for PyTorch. */
export function firstVisible({ CUDA_VISIBLE_DEVICES: visible = '' }: Environment): string {
  return visible.split(',')[0].trim() || '0';
}

/** The card of each executor that takes one. WebGPU takes the system's own choice, whatever CUDA is told to see. */
const cards: Partial<Readonly<Record<ExecutorId, (env: Environment) => string>>> = {
  'onnx-webgpu': () => '0',
  'onnx-cuda': firstVisible,
  tensorflow: firstVisible,
};

/** The card that an executor takes, for locks and readings: its index or UUID; undefined on the processor. */
export function cardOf(id: ExecutorId, env: Environment): string | undefined {
  return computesOn(id, env) === 'processor' ? undefined : cards[id]?.(env);
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
  'onnx-cuda': (env) => (cudaLibraries(env) === undefined ? isNotSetUp('onnx-cuda') : undefined),
  tensorflow: (env) => (findPackage(env) === undefined ? isNotSetUp('tensorflow') : undefined),
};

function isNotSetUp(id: keyof typeof setUpCommands): string {
  return `it is not set up (${setUpCommands[id]})`;
}

function isForCards(dir: string | undefined): boolean {
  return dir !== undefined && manifestOf(dir)?.name === packages[0];
}
