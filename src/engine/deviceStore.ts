import { internal } from '../core/errors.ts';
import type { HostTensor, HostTensors } from '../core/tensor.ts';
import type { TensorStore } from './executor.ts';

/** Moves one tensor between host and device; `T` is the device's own kind. */
export interface Transfer<T> {
  upload(tensor: HostTensor): Promise<T> | T;
  download(tensor: T): Promise<HostTensor>;
  /** Its dtype, and its sizes joined by commas. */
  typeOf(tensor: T): string;
  dispose(tensor: T): void;
}

/** A store's tensors on the device. */
export interface DeviceTensors<T> {
  get(name: string): T | undefined;
  /** Takes the tensor over, and disposes of the one before. */
  set(name: string, tensor: T): void;
}

/** A store on a device. Tensors wait on the host until a program first needs the store, and are moved once. */
export interface DeviceStore<T> extends TensorStore {
  /** All tensors on the device. */
  resident(): Promise<DeviceTensors<T>>;
}

export function deviceStore<T>(tensors: HostTensors, transfer: Transfer<T>): DeviceStore<T> {
  const waiting = new Map(tensors);
  const device = new Map<string, T>();
  const names = [...tensors.keys()];
  tensors.clear();

  const replace = (name: string, tensor: T) => {
    const before = device.get(name);
    if (before !== undefined) transfer.dispose(before);
    device.set(name, tensor);
  };
  const onDevice = (name: string) => device.get(name) ?? internal(`the store has no tensor "${name}"`);
  const typeOf = (name: string): string => {
    const waits = waiting.get(name);
    return waits === undefined ? transfer.typeOf(onDevice(name)) : hostType(waits);
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
        const waits = waiting.get(name);
        copies.set(
          name,
          waits === undefined
            ? await transfer.download(onDevice(name))
            : ({ ...waits, data: waits.data.slice() } as HostTensor),
        );
      }
      return copies;
    },
    write: (written) => {
      for (const [name, tensor] of written) {
        if (typeOf(name) !== hostType(tensor)) internal(`"${name}" changed its shape or type`);
        waiting.set(name, tensor);
      }
      return Promise.resolve();
    },
    dispose: () => {
      for (const tensor of device.values()) transfer.dispose(tensor);
      device.clear();
      waiting.clear();
    },
  };
}

function hostType({ dtype, shape }: HostTensor): string {
  return `${dtype} ${shape.join()}`;
}
