import type { Executor, ExecutorId, ExecutorOptions } from './executor.ts';

/** Every executor; its native package is loaded when it is asked for. Adding one is a folder beside this and a line here. */
export const executors: Readonly<Record<ExecutorId, (options?: ExecutorOptions) => Promise<Executor>>> = {
  'onnx-cpu': async () => (await import('./onnx/onnxCpu.ts')).onnxCpu(),
  'onnx-webgpu': async (options) => (await import('./onnx/onnxWebgpu.ts')).onnxWebgpu(options),
  'onnx-cuda': async (options) => (await import('./onnx/onnxCuda.ts')).onnxCuda(options),
  tensorflow: async () => (await import('./tensorflow/tensorflow.ts')).tensorflow(),
  reference: async () => (await import('./reference/reference.ts')).reference(),
};

/** Those that users choose from: the reference is slow and plain, for tests. */
export const offeredExecutors = (Object.keys(executors) as ExecutorId[]).filter((id) => id !== 'reference');

/** What `auto` means where nothing was measured: the executor that works everywhere. For training see trainer/chooseExecutor.ts. */
export function resolveExecutor(asked: ExecutorId | 'auto'): ExecutorId {
  return asked === 'auto' ? 'onnx-cpu' : asked;
}
