import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '../../ops/gradients.ts';
import { internal } from '../../core/errors.ts';
import type { HostTensor } from '../../core/tensor.ts';
import type { Program } from '../../program/program.ts';
import type { Executable, ExecuteInputs, Executor } from '../executor.ts';
import { hostStore, type HostStore } from '../hostStore.ts';

/** TensorFlow.js' plain JavaScript backend, kernel by kernel: slow, and the oracle against which the others are tested. */
export function reference(): Executor {
  // Else it advertises the native backend on the console.
  tf.enableProdMode();
  return {
    id: 'reference',
    store: hostStore,
    compile: (program) => Promise.resolve(executable(program)),
    describe: () =>
      Promise.resolve({
        device: 'JavaScript',
        versions: { '@tensorflow/tfjs-backend-cpu': tf.version_core },
      }),
    dispose: () => Promise.resolve(),
  };
}

function executable(program: Program): Executable {
  return {
    program,
    run: ({ frozen, state, feeds }: ExecuteInputs) => {
      tf.setBackend('cpu');
      const stores = {
        frozen: (frozen as HostStore).tensors,
        state: (state as HostStore).tensors,
        feed: new Map(Object.entries(feeds)),
      };
      const results = new Set(program.results);
      const returned: Record<string, HostTensor> = {};
      tf.tidy(() => {
        const inputs = program.inputs.map(({ name, role }) => {
          const { data, shape, dtype } =
            stores[role].get(name) ?? internal(`program ${program.name} got no "${name}"`);
          return [name, tf.tensor(data, [...shape], dtype)] as const;
        });
        for (const [name, tensor] of Object.entries(program.run(Object.fromEntries(inputs)))) {
          const value = { dtype: tensor.dtype, shape: tensor.shape, data: tensor.dataSync() } as HostTensor;
          if (results.has(name)) returned[name] = value;
          else stores.state.set(name, value);
        }
      });
      return Promise.resolve(returned);
    },
    dispose: () => Promise.resolve(),
  };
}
