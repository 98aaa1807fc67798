import * as ort from 'onnxruntime-node';
import type { DType, HostTensor } from '../../core/tensor.ts';
import type { Executor } from '../executor.ts';
import { deviceStore, type DeviceStore, type Transfer } from './deviceStore.ts';
import { encodeOnnx } from './encode.ts';
import {
  compileWith,
  fromOrt,
  onnxRuntimeVersion,
  toOrt,
  type Provider,
  type SessionOptions,
} from './session.ts';
import { webgpuLowerings } from './webgpuLowerings.ts';

/**
 * ONNX Runtime's WebGPU provider. Weights and state stay on the device; feeds are moved there and results back at every run.
 */
export function onnxWebgpu(): Executor {
  const copies = new Map<string, Promise<ort.InferenceSession>>();
  const copyTo = (location: Location, dtype: DType) => {
    const key = `${location} ${dtype}`;
    const session = copies.get(key) ?? copySession(location, dtype);
    copies.set(key, session);
    return session;
  };
  const transfer: Transfer = {
    upload: async (tensor) => {
      const session = await copyTo('gpu-buffer', tensor.dtype);
      return (await session.run({ x: toOrt(tensor) })).y;
    },
    download: async (tensor) => {
      const session = await copyTo('cpu', tensor.type as HostTensor['dtype']);
      return fromOrt((await session.run({ x: tensor })).y);
    },
  };
  return {
    id: 'onnx-webgpu',
    store: (tensors) => deviceStore(tensors, transfer),
    compile: (program) => compileWith(webgpu, program),
    describe: () => Promise.resolve({ device: 'WebGPU', versions: onnxRuntimeVersion() }),
    dispose: async () => {
      for (const session of copies.values()) await (await session).release();
      copies.clear();
    },
  };
}

type Location = 'cpu' | 'gpu-buffer';

const common: SessionOptions = {
  executionProviders: ['webgpu'],
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
  logSeverityLevel: 3,
};

const webgpu: Provider = {
  lowerings: webgpuLowerings,
  sessionOptions: ({ outputs, results }) => ({
    ...common,
    preferredOutputLocation: Object.fromEntries(
      outputs.map(({ name }) => [name, results.has(name) ? 'cpu' : 'gpu-buffer']),
    ),
  }),
  tensorsOf: (store) => (store as DeviceStore).resident(),
};

/** y = x for tensors of any shape: the way in and out of device memory, which the tensors' own methods do not offer outside browsers. */
function copySession(location: Location, dtype: DType): Promise<ort.InferenceSession> {
  const model = encodeOnnx({
    name: 'copy',
    nodes: [{ op: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [{ name: 'x', dtype }],
    outputs: [{ name: 'y', dtype }],
  });
  return ort.InferenceSession.create(model, { ...common, preferredOutputLocation: location });
}
