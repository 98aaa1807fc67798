import { UserError } from '../../core/errors.ts';
import { setUpCommands } from '../setupPlace.ts';

const REMEDY = `Choose \`executor: onnx-cpu\` or \`auto\`, or set it up: ${setUpCommands.tensorflow}.`;

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
    `It is of another version than the package that is set up by ${setUpCommands.tensorflow}: take that, or choose \`executor: onnx-cpu\` or \`auto\`.`,
  );
}
