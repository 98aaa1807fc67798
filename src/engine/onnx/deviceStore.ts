import type * as ort from 'onnxruntime-node';
import { internal } from '../../core/errors.ts';
import type { HostTensor, HostTensors } from '../../core/tensor.ts';
import type { TensorStore } from '../executor.ts';
import type { OrtTensors } from './session.ts';

/** Moves one tensor between host and device. */
export interface Transfer {
  upload(tensor: HostTensor): Promise<ort.Tensor>;
  download(tensor: ort.Tensor): Promise<HostTensor>;
}

/** A store on a device. Tensors wait on the host until a program first needs the store, and are moved once. */
export interface DeviceStore extends TensorStore {
  /** All tensors on the device. */
  resident(): Promise<OrtTensors>;
}

export function deviceStore(tensors: HostTensors, transfer: Transfer): DeviceStore {
  const waiting = new Map(tensors);
  const device = new Map<string, ort.Tensor>();
  const names = [...tensors.keys()];
  tensors.clear();

  const replace = (name: string, tensor: ort.Tensor) => {
    device.get(name)?.dispose();
    device.set(name, tensor);
  };
  const typeOf = (name: string): string => {
    const waits = waiting.get(name);
    if (waits !== undefined) return `${waits.dtype} ${waits.shape.join()}`;
    const { type, dims } = device.get(name) ?? internal(`the store has no tensor "${name}"`);
    return `${type} ${dims.join()}`;
  };
  return {
    names,
    resident: async () => {
      for (const [name, tensor] of waiting) {
        replace(name, await transfer.upload(tensor));
        waiting.delete(name);
      }
      return { get: (name) => device.get(name), set: replace };
    },
    read: async (wanted = names) => {
      const copies: HostTensors = new Map();
      for (const name of wanted) {
        typeOf(name);
        const waits = waiting.get(name);
        copies.set(
          name,
          waits === undefined
            ? await transfer.download(device.get(name)!)
            : ({ ...waits, data: waits.data.slice() } as HostTensor),
        );
      }
      return copies;
    },
    write: (written) => {
      for (const [name, tensor] of written) {
        if (typeOf(name) !== `${tensor.dtype} ${tensor.shape.join()}`)
          internal(`"${name}" changed its shape or type`);
        waiting.set(name, tensor);
      }
      return Promise.resolve();
    },
    dispose: () => {
      for (const tensor of device.values()) tensor.dispose();
      device.clear();
      waiting.clear();
    },
  };
}
