import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { internal } from '../../core/errors.ts';
import type { HostTensor } from '../../core/tensor.ts';
import type { Program } from '../../program/program.ts';
import type { ModelDType, RecordedDType } from '../../trace/graph.ts';
import { isNarrowed, narrowed } from '../../trace/narrow.ts';
import { symbolPlaces } from '../../trace/symbols.ts';
import { trace } from '../../trace/trace.ts';
import { deviceStore, type DeviceStore, type Transfer } from '../deviceStore.ts';
import type { Executable, ExecuteInputs, Executor, ExecutorOptions, TensorStore } from '../executor.ts';
import { processorName } from '../threads.ts';
import { loadBackend, TENSORFLOW } from './backend.ts';
import { kernelsMissing } from './errors.ts';
import { prepare, runGraph, type Prepared } from './graphRun.ts';
import { narrowCast } from './narrowKernels.ts';

/**
 * TensorFlow itself, by @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node: a program's graph is run kernel by kernel. Weights and state stay
 * where TensorFlow computes.
 * @throws UserError where there is no such package, or it cannot be loaded
 */
export function tensorflow({ modelDType }: ExecutorOptions = {}): Executor {
  const { isOnDevice, versions } = loadBackend(process.env);
  const stores = new Set<TensorStore>();
  return {
    id: 'tensorflow',
    store: (tensors, role) => {
      const store = deviceStore(tensors, role === 'frozen' ? frozenTransfer(modelDType) : transfer);
      stores.add(store);
      return store;
    },
    compile: (program) => Promise.resolve(executable(program, modelDType)),
    describe: () =>
      Promise.resolve({
        device: isOnDevice ? 'CUDA' : processorName(process.env),
        versions: { ...versions },
        isNvidia: isOnDevice,
      }),
    dispose: () => {
      for (const store of stores) store.dispose();
      return Promise.resolve();
    },
  };
}

const transfer: Transfer<Tensor> = {
  upload: (tensor) => onBackend(() => tf.keep(toTensor(tensor))),
  download: (tensor) => Promise.resolve(fromTensor(tensor)),
  typeOf: ({ dtype, shape }) => `${dtype} ${shape.join()}`,
  dispose: (tensor) => tensor.dispose(),
};

/** Matrices are narrowed where TensorFlow computes. */
function frozenTransfer(modelDType: ModelDType = 'float32'): Transfer<Tensor> {
  if (modelDType === 'float32') return transfer;
  return {
    ...transfer,
    upload: (tensor) =>
      isNarrowed(tensor)
        ? onBackend(() => tf.keep(tf.tidy(() => narrowCast(toTensor(tensor), modelDType))))
        : transfer.upload(tensor),
    download: () => internal('narrow weights are not read back'),
  };
}

function executable(program: Program, modelDType?: ModelDType): Executable {
  const graph = narrowed(trace(program), modelDType);
  const prepared = prepare(graph);
  checkKernels(prepared);
  const places = symbolPlaces(graph);
  const constants = onBackend(() =>
    graph.constants.map(({ value, data }) => {
      const { dtype, shape } = graph.values[value];
      return [value, tf.keep(tf.tensor(data, shape as number[], dtype as RecordedDType))] as const;
    }),
  );
  return {
    program,
    run: async ({ frozen, state, feeds }: ExecuteInputs) => {
      const stores = {
        frozen: await (frozen as DeviceStore<Tensor>).resident(),
        state: await (state as DeviceStore<Tensor>).resident(),
      };
      return onBackend(() => {
        const fed = new Map(Object.entries(feeds).map(([name, tensor]) => [name, toTensor(tensor)]));
        const inputs = graph.inputs.map(({ name, role, value }) => {
          const tensor = role === 'feed' ? fed.get(name) : stores[role].get(name);
          return { name, value, tensor: tensor ?? internal(`program ${program.name} got no "${name}"`) };
        });
        const shapes = new Map(inputs.map(({ name, tensor }) => [name, tensor.shape]));
        const binding = places.map(({ name, axis }) => shapes.get(name)![axis]);
        const given = new Map([...constants, ...inputs.map(({ value, tensor }) => [value, tensor] as const)]);
        const returned: Record<string, HostTensor> = {};
        try {
          const outputs = runGraph(prepared, binding, given);
          graph.outputs.forEach(({ name, state: isState }, i) => {
            if (isState) return stores.state.set(name, tf.keep(outputs[i]));
            returned[name] = fromTensor(outputs[i]);
            outputs[i].dispose();
          });
        } finally {
          for (const tensor of fed.values()) tensor.dispose();
        }
        return returned;
      });
    },
    dispose: () => {
      for (const [, tensor] of constants) tensor.dispose();
      return Promise.resolve();
    },
  };
}

/** @throws UserError that names those of which the backend has none */
function checkKernels({ graph, kernels }: Prepared): void {
  const needed = new Set(kernels.flatMap(({ needs }) => needs));
  const missing = [...needed].filter((kernel) => tf.getKernel(kernel, TENSORFLOW) === undefined);
  if (missing.length > 0) throw kernelsMissing(graph.name, missing);
}

/** TensorFlow.js has one backend active at a time, and other executors theirs. */
function onBackend<T>(work: () => T): T {
  const before = tf.getBackend() as string | undefined;
  tf.setBackend(TENSORFLOW);
  try {
    return work();
  } finally {
    if (before) tf.setBackend(before);
  }
}

function toTensor({ data, shape, dtype }: HostTensor): Tensor {
  return tf.tensor(data, [...shape], dtype);
}

function fromTensor(tensor: Tensor): HostTensor {
  const data = tensor.dataSync();
  return { dtype: tensor.dtype, shape: tensor.shape, data: data.slice() } as HostTensor;
}
