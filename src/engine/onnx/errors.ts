import { UserError } from '../../core/errors.ts';
import { setUpCommands } from '../setupPlace.ts';

export function noAdapter(found: string): UserError {
  return new UserError(
    `onnx-webgpu: expected a graphics adapter, found none (${found})`,
    "Choose `executor: onnx-cpu` or `auto`, or install the adapter's driver: for Vulkan, with its loader (libvulkan.so.1), on " +
      'Linux; for Direct3D 12 on Windows.',
  );
}

export function noFloat16(found: string): UserError {
  return new UserError(
    `onnx-webgpu: expected an adapter that computes in float16 (shader-f16), found one that does not (${found})`,
    'Write `model_dtype: float32`, or choose another executor.',
  );
}

/** Of ONNX Runtime's CUDA libraries, which are no part of its package. */
export function cudaMissing(): UserError {
  return new UserError(
    "onnx-cuda: expected ONNX Runtime's libraries for CUDA, found none",
    `Choose \`executor: onnx-cpu\` or \`auto\`, or, on Linux on x64 with a card of NVIDIA, fetch them: ${setUpCommands['onnx-cuda']}.`,
  );
}

export function cudaFails(found: string): UserError {
  return new UserError(
    `onnx-cuda: expected a card of NVIDIA with a driver and libraries of CUDA that fit, found: ${found}`,
    'Choose `executor: onnx-cpu` or `auto`. ONNX Runtime 1.30 of PyPI wants CUDA 13 (driver 580 or newer), cuBLAS 13 and cuDNN 9; ' +
      '`peft-workbench doctor` tells the driver.',
  );
}

export function leavesDevice(provider: string, program: string, operators: readonly string[]): UserError {
  return new UserError(
    `onnx-${provider}: expected every operator of the program "${program}" to run on the device, ` +
      `found some that ONNX Runtime leaves to the processor: ${operators.join(', ')}`,
    'Choose `executor: onnx-cpu` or `auto`.',
  );
}
