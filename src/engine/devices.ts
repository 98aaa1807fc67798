import type { ExecutorId } from './executor.ts';
import { hasGraphicsCard } from './graphics.ts';

/** On what an executor computes, or may: TensorFlow's package for the processor is treated as that for cards. */
export const computesOn: Readonly<Record<ExecutorId, 'processor' | 'graphics card'>> = {
  'onnx-cpu': 'processor',
  'onnx-webgpu': 'graphics card',
  tensorflow: 'graphics card',
  reference: 'processor',
};

type Environment = Readonly<Record<string, string | undefined>>;

/** The card that an executor takes, for locks and readings: `CUDA_VISIBLE_DEVICES` says which, as for PyTorch; undefined on the processor. */
export function cardOf(id: ExecutorId, env: Environment): string | undefined {
  if (computesOn[id] === 'processor') return undefined;
  const [first = ''] = (env.CUDA_VISIBLE_DEVICES ?? '').split(',');
  return first.trim() || '0';
}

/** Why an executor cannot be of use on this machine, where that shows without starting it. */
export function ruledOut(id: ExecutorId, hasCard = hasGraphicsCard()): string | undefined {
  return computesOn[id] === 'graphics card' && !hasCard ? 'this machine has no graphics card' : undefined;
}
