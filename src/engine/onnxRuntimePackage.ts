import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { recordedAt, setupFolders } from './setupPlace.ts';

const NAME = 'onnxruntime-node';

/**
 * Folder of the package by which ONNX Runtime is reached: `PEFT_WORKBENCH_ONNXRUNTIME`, one of the user's own; else what `setup` recorded;
 * else undefined, for that which this program brings. A process holds one ONNX Runtime, which finds its providers beside itself.
 */
export function ownRuntime(env: Environment): string | undefined {
  const named = env.PEFT_WORKBENCH_ONNXRUNTIME;
  // Where it leads to nothing it is an error, not a reason to take another.
  if (named) return packageIn(named) ?? named;
  for (const folder of setupFolders(env)) {
    const dir = recordedAt(runtimeRecord(folder));
    if (dir !== undefined) return dir;
  }
  return undefined;
}

/** Where `setup` writes down the folder of the package, in one line. */
export function runtimeRecord(folder: string): string {
  return join(folder, 'onnxruntime.path');
}

/** Folder of the package that this program brings. */
export function bundledRuntime(): string {
  return dirname(createRequire(import.meta.url).resolve(`${NAME}/package.json`));
}

/** Folder of the native libraries in a package, for this system. */
export function librariesIn(dir: string): string {
  return join(dir, 'bin', 'napi-v6', process.platform, process.arch);
}

export const CUDA_PROVIDER = 'libonnxruntime_providers_cuda.so';

/** Folder of the libraries for CUDA; undefined where they are not there. ONNX Runtime has them for Linux on x64 alone. */
export function cudaLibraries(env: Environment): string | undefined {
  const folder = librariesIn(ownRuntime(env) ?? bundledRuntime());
  return existsSync(join(folder, CUDA_PROVIDER)) ? folder : undefined;
}

function packageIn(folder: string): string | undefined {
  return [folder, join(folder, 'node_modules', NAME)].find((dir) => existsSync(join(dir, 'package.json')));
}
