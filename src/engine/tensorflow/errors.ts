import { UserError } from '../../core/errors.ts';

const REMEDY = 'Choose `executor: onnx-cpu` or `auto`, or set it up: `peft-workbench setup tensorflow`.';

export function packageMissing(): UserError {
  return new UserError(
    'tensorflow: expected @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node, found neither',
    REMEDY,
  );
}

export function packageBroken(dir: string, found: string): UserError {
  return new UserError(
    `tensorflow: expected @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node to load from ${dir}, found: ${found}`,
    REMEDY,
  );
}

export function kernelsMissing(program: string, kernels: readonly string[]): UserError {
  return new UserError(
    `tensorflow: expected a kernel for every operation of the program "${program}", found none for ${kernels.join(', ')}`,
    'The package is another version than 4.22: choose `executor: onnx-cpu` or `auto`, or set it up anew: `peft-workbench setup tensorflow`.',
  );
}
