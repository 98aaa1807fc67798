import type { ModelDType } from '../trace/graph.ts';
import { dtypeMissing } from './errors.ts';
import { modelDTypes, type Executor, type ExecutorId, type ExecutorOptions } from './executor.ts';

/** Every executor; its native package is loaded when it is asked for. Adding one is a folder beside this and a line here. */
export const executors: Readonly<Record<ExecutorId, (options?: ExecutorOptions) => Promise<Executor>>> = {
  'onnx-cpu': async () => (await import('./onnx/onnxCpu.ts')).onnxCpu(),
  'onnx-webgpu': async (options) => (await import('./onnx/onnxWebgpu.ts')).onnxWebgpu(options),
  'onnx-cuda': async (options) => (await import('./onnx/onnxCuda.ts')).onnxCuda(options),
  tensorflow: async (options) => (await import('./tensorflow/tensorflow.ts')).tensorflow(options),
  reference: async () => (await import('./reference/reference.ts')).reference(),
};

/** An executor with its options. @throws UserError where it lacks `modelDType`, and whatever it cannot start for */
export async function openExecutor(id: ExecutorId, options: ExecutorOptions): Promise<Executor> {
  expectDType(id, options.modelDType);
  return executors[id](options);
}

/** @throws UserError where an executor lacks a number format */
export function expectDType(id: ExecutorId, dtype: ModelDType = 'float32'): void {
  const has = modelDTypes[id];
  if (!has.includes(dtype)) throw dtypeMissing(id, dtype, has);
}

/** Those that users choose from: the reference is slow and plain, for tests. */
export const offeredExecutors = (Object.keys(executors) as ExecutorId[]).filter((id) => id !== 'reference');

/** What `auto` means where nothing was measured: the executor that works everywhere. For training see trainer/chooseExecutor.ts. */
export function resolveExecutor(asked: ExecutorId | 'auto'): ExecutorId {
  return asked === 'auto' ? 'onnx-cpu' : asked;
}
