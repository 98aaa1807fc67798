import { readdirSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { messageOf } from '../../core/errors.ts';

/** NVIDIA's libraries in an order in which each finds those that it needs. */
const ORDER = ['cudart', 'nvrtc', 'nvJitLink', 'cublasLt', 'cublas', 'curand', 'cufft', 'cudnn'];

/** A library stays where it is when Node finds that it is no addon (dlopen(3), RTLD_NODELETE). */
const NODELETE = 0x1000;

/**
 * Loads NVIDIA's libraries of a folder into this process, under the names by which ONNX Runtime's provider asks for them: that has no path to
 * look in, and the system's own is fixed when a process starts. Those that the folder has not are the system's to find.
 * @throws Error that names a library which cannot be loaded
 */
export function preload(folder: string): void {
  const names = readdirSync(folder);
  for (const part of ORDER) {
    const name = names.find((each) => each.startsWith(`lib${part}.so`));
    if (name !== undefined) load(join(folder, name));
  }
}

function load(path: string): void {
  try {
    const flags = constants.dlopen.RTLD_NOW | constants.dlopen.RTLD_GLOBAL | NODELETE;
    process.dlopen({ exports: {} }, path, flags);
  } catch (error) {
    if (!messageOf(error).includes('did not self-register')) throw error;
  }
}
