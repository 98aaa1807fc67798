import { UserError } from '../../core/errors.ts';

export function noAdapter(found: string): UserError {
  return new UserError(
    `onnx-webgpu: expected a graphics adapter, found none (${found})`,
    "Choose `executor: onnx-cpu` or `auto`, or install the adapter's driver: for Vulkan, with its loader (libvulkan.so.1), on " +
      'Linux; for Direct3D 12 on Windows.',
  );
}

export function leavesDevice(program: string, operators: readonly string[]): UserError {
  return new UserError(
    `onnx-webgpu: expected every operator of the program "${program}" to run on the device, ` +
      `found some that ONNX Runtime leaves to the processor: ${operators.join(', ')}`,
    'Choose `executor: onnx-cpu` or `auto`.',
  );
}
