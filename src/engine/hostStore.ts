import { internal } from '../core/errors.ts';
import type { HostTensor, HostTensors } from '../core/tensor.ts';
import type { TensorStore } from './executor.ts';

/** A store in host memory, for executors that compute there. */
export interface HostStore extends TensorStore {
  readonly tensors: Map<string, HostTensor>;
}

export function hostStore(tensors: HostTensors): HostStore {
  const get = (name: string) => tensors.get(name) ?? internal(`the store has no tensor "${name}"`);
  return {
    tensors,
    get names() {
      return [...tensors.keys()];
    },
    read: (names) => {
      const copies = (names ?? [...tensors.keys()]).map((name): [string, HostTensor] => {
        const tensor = get(name);
        return [name, { ...tensor, data: tensor.data.slice() } as HostTensor];
      });
      return Promise.resolve(new Map(copies));
    },
    write: (written) => {
      for (const [name, tensor] of written) {
        const { dtype, shape } = get(name);
        if (dtype !== tensor.dtype || shape.join() !== tensor.shape.join())
          internal(`"${name}" changed its shape or type`);
        tensors.set(name, tensor);
      }
      return Promise.resolve();
    },
    dispose: () => tensors.clear(),
  };
}
