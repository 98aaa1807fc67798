import { inject } from 'vitest';
import type { ExecutorId } from '../../src/engine/executor.ts';
import { executors } from '../../src/engine/registry.ts';

/** See deviceSetup.ts, which prints why. */
const absent = inject('absent');

/** The executors that can be tested on this machine. */
export const executorsHere = (Object.keys(executors) as ExecutorId[]).filter((id) => !absent.includes(id));

/** Whether there is an adapter for onnx-webgpu. */
export const hasDevice = executorsHere.includes('onnx-webgpu');

/** Whether there is a package for tensorflow. */
export const hasTensorflow = executorsHere.includes('tensorflow');

/** Those that are compared with `reference`. */
export const comparedHere = executorsHere.filter((id) => id !== 'reference');

/** Enough for an adapter of software, which compiles each of a program's shaders when it first runs, on a busy machine. */
export const DEVICE_TIMEOUT_MS = 240_000;

/** All cases, but on onnx-webgpu, which may be software here, the `few` unless FULL=1. */
export function casesOn<T>(id: ExecutorId, all: readonly T[], few: (each: T) => boolean): readonly T[] {
  return id === 'onnx-webgpu' && !process.env.FULL ? all.filter(few) : all;
}
