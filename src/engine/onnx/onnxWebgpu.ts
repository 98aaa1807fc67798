import type * as ort from 'onnxruntime-node';
import { internal } from '../../core/errors.ts';
import { deviceStore, type DeviceStore, type Transfer } from '../deviceStore.ts';
import type { Executor, ExecutorOptions } from '../executor.ts';
import { adapterOf, hasGraphicsCard, loadedLibraries } from '../graphics.ts';
import { copySession, probeFloat16, webgpuOptions, type Location } from './deviceCopy.ts';
import { frozenData } from './frozenData.ts';
import { runtime } from './runtime.ts';
import { compileWith, fromOrt, onnxRuntimeVersion, toOrt, type Provider } from './session.ts';
import { webgpuLowerings } from './webgpuLowerings.ts';

/**
 * ONNX Runtime's WebGPU provider. Weights and state stay on the device; feeds are moved there and results back at every run.
 * @throws UserError where there is no device; compiling also where a program would not stay on it
 */
export async function onnxWebgpu(options: ExecutorOptions = {}): Promise<Executor> {
  const copies = new Map<string, Promise<ort.InferenceSession>>();
  const copyTo = (location: Location, dtype: ort.Tensor.Type) => {
    const key = `${location} ${dtype}`;
    const session = copies.get(key) ?? copySession(location, dtype);
    copies.set(key, session);
    return session;
  };
  const upload = async (tensor: ort.Tensor) => {
    const session = await copyTo('gpu-buffer', tensor.type);
    return (await session.run({ x: tensor })).y;
  };
  const transfer: Transfer<ort.Tensor> = {
    upload: (tensor) => upload(toOrt(tensor)),
    download: async (tensor) => {
      const session = await copyTo('cpu', tensor.type);
      return fromOrt((await session.run({ x: tensor })).y);
    },
    typeOf: ({ type, dims }) => `${type} ${dims.join()}`,
    dispose: (tensor) => tensor.dispose(),
  };
  const frozen: Transfer<ort.Tensor> = {
    ...transfer,
    download: (tensor) =>
      tensor.type === 'float16' ? internal('narrow weights are not read back') : transfer.download(tensor),
    upload: (tensor) => {
      const { dtype, data } = frozenData(tensor, options.modelDType);
      return upload(new runtime.Tensor(dtype as 'float16', data, tensor.shape));
    },
  };
  // Whatever is trained is of float32: without a device this fails before anything else is done.
  await copyTo('gpu-buffer', 'float32');
  const dispose = async () => {
    for (const session of copies.values()) await (await session).release();
    copies.clear();
  };
  if (options.modelDType === 'float16')
    await probeFloat16().catch(async (error: unknown) => {
      await dispose();
      throw error;
    });
  return {
    id: 'onnx-webgpu',
    store: (tensors, role) => deviceStore(tensors, role === 'frozen' ? frozen : transfer),
    compile: (program) => compileWith(webgpu, program, options),
    describe: () => {
      const { name, isEmulated } = adapterOf(loadedLibraries(), hasGraphicsCard());
      const device = `WebGPU (${name}${isEmulated ? ', on the processor' : ''})`;
      return Promise.resolve({
        device,
        versions: onnxRuntimeVersion(),
        isEmulated,
        isNvidia: name === 'NVIDIA',
      });
    },
    dispose,
  };
}

export const webgpu: Provider = {
  lowerings: webgpuLowerings,
  isDevice: true,
  sessionOptions: ({ outputs, results }) => ({
    ...webgpuOptions,
    preferredOutputLocation: Object.fromEntries(
      outputs.map(({ name }) => [name, results.has(name) ? 'cpu' : 'gpu-buffer']),
    ),
  }),
  tensorsOf: (store) => (store as DeviceStore<ort.Tensor>).resident(),
};
