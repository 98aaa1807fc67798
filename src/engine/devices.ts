import type { ExecutorId } from './executor.ts';
import { hasGraphicsCard } from './graphics.ts';
import { findPackage } from './tensorflowPackage.ts';

/** On what an executor computes, or may: TensorFlow's package for the processor is treated as that for cards. */
export const computesOn: Readonly<Record<ExecutorId, 'processor' | 'graphics card'>> = {
  'onnx-cpu': 'processor',
  'onnx-webgpu': 'graphics card',
  tensorflow: 'graphics card',
  reference: 'processor',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** What makes CUDA count cards as `nvidia-smi` does, and not the fastest first. */
export const cardOrder = { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' } as const;

const firstVisible = ({ CUDA_VISIBLE_DEVICES: visible = '' }: Environment) =>
  visible.split(',')[0].trim() || '0';

/** The card of each executor that takes one. WebGPU takes the system's own choice, whatever CUDA is told to see. */
const cards: Partial<Readonly<Record<ExecutorId, (env: Environment) => string>>> = {
  'onnx-webgpu': () => '0',
  tensorflow: firstVisible,
};

/** The card that an executor takes, for locks and readings: its index or UUID; undefined on the processor. */
export function cardOf(id: ExecutorId, env: Environment): string | undefined {
  return cards[id]?.(env);
}

/** What an executor cannot work without, where that shows without starting it. */
const missing: Partial<Readonly<Record<ExecutorId, (env: Environment) => string | undefined>>> = {
  tensorflow: (env) =>
    findPackage(env) === undefined
      ? 'its package is not there (`peft-workbench setup tensorflow` makes it)'
      : undefined,
};

/** Why an executor cannot be of use on this machine, where that shows without starting it. */
export function ruledOut(id: ExecutorId, env: Environment, hasCard = hasGraphicsCard()): string | undefined {
  if (computesOn[id] === 'graphics card' && !hasCard) return 'this machine has no graphics card';
  return missing[id]?.(env);
}
