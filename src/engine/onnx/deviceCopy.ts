import type * as ort from 'onnxruntime-node';
import { messageOf } from '../../core/errors.ts';
import { DATA_TYPE, encodeOnnx } from './encode.ts';
import { noAdapter, noFloat16 } from './errors.ts';
import { int } from './loweringContext.ts';
import type { OnnxDType } from './model.ts';
import { runtime, type SessionOptions } from './runtime.ts';

export const webgpuOptions: SessionOptions = {
  executionProviders: ['webgpu'],
  graphOptimizationLevel: 'all',
  enableMemPattern: false,
  logSeverityLevel: 3,
};

export type Location = 'cpu' | 'gpu-buffer';

/**
 * y = x for tensors of any shape: the way in and out of device memory, which the tensors' own methods do not offer outside browsers.
 * @throws UserError where there is no device
 */
export async function copySession(location: Location, dtype: ort.Tensor.Type): Promise<ort.InferenceSession> {
  const model = identityModel(dtype as OnnxDType);
  try {
    return await runtime.InferenceSession.create(model, {
      ...webgpuOptions,
      preferredOutputLocation: location,
    });
  } catch (error) {
    throw noAdapter(reasonOf(messageOf(error)));
  }
}

/** Computes in float16, which adapters need not have. @throws UserError where this one does not */
export async function probeFloat16(): Promise<void> {
  const model = encodeOnnx({
    name: 'float16',
    nodes: [
      { op: 'Cast', domain: '', inputs: ['x'], outputs: ['y'], attributes: { to: int(DATA_TYPE.float16) } },
    ],
    initializers: [],
    inputs: [{ name: 'x', dtype: 'float32' }],
    outputs: [{ name: 'y', dtype: 'float16' }],
  });
  let session: ort.InferenceSession | undefined;
  try {
    session = await runtime.InferenceSession.create(model, webgpuOptions);
    (await session.run({ x: new runtime.Tensor('float32', Float32Array.of(1), [1]) })).y.dispose();
  } catch (error) {
    throw noFloat16(messageOf(error));
  } finally {
    await session?.release();
  }
}

/** y = x. */
export function identityModel(dtype: OnnxDType): Uint8Array {
  return encodeOnnx({
    name: 'copy',
    nodes: [{ op: 'Identity', domain: '', inputs: ['x'], outputs: ['y'], attributes: {} }],
    initializers: [],
    inputs: [{ name: 'x', dtype }],
    outputs: [{ name: 'y', dtype }],
  });
}

/** ONNX Runtime's message begins with the place in its source. */
function reasonOf(message: string): string {
  const [, reason] = /Failed to get a WebGPU adapter: *(.*)/.exec(message) ?? [];
  return (reason ?? message).trim();
}
