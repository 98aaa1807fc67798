import type { ModelTensor, TensorRole } from '../models/architecture.ts';
import type { TrainedTensor } from './method.ts';

/** As in Transformers, weight decay leaves norms and biases alone. */
const NEVER_DECAYED: readonly TensorRole[] = ['gain', 'norm_bias', 'bias'];

/** A tensor of the base model that a method trains from the checkpoint's own value. */
export function replaced({ name, shape, part, layer, role }: ModelTensor, method: string): TrainedTensor {
  return {
    name,
    shape,
    part,
    ...(layer === undefined ? {} : { layer }),
    method,
    init: { kind: 'base' },
    stored: true,
    decay: !NEVER_DECAYED.includes(role),
  };
}
