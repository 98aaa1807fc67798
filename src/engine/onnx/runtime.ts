import { createRequire } from 'node:module';
import type * as Ort from 'onnxruntime-node';
import { ownRuntime } from '../onnxRuntimePackage.ts';

/** ONNX Runtime: the package that was set up or named, which may have libraries for CUDA, else that of this program. */
export const runtime = createRequire(import.meta.url)(
  ownRuntime(process.env) ?? 'onnxruntime-node',
) as typeof Ort;

export type SessionOptions = Ort.InferenceSession.SessionOptions;
