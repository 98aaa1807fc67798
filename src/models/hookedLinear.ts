import type { Tensor } from '@tensorflow/tfjs-core';
import { linear } from '../ops/linear.ts';
import type { ForwardContext } from './architecture.ts';

/** The base model's linear map at this path with what methods do around it: (N, in) -> (N, out). */
export function hookedLinear(
  { parameters, hooks }: ForwardContext,
  path: string,
  x: Tensor,
  map: typeof linear = linear,
): Tensor {
  const base = (input: Tensor) => map(input, parameters(`${path}.weight`), parameters(`${path}.bias`));
  return hooks.linear?.(path, x, base) ?? base(x);
}
