import { bytes } from '../core/display.ts';
import { messageOf, Refusal, RunFailure, UserError } from '../core/errors.ts';

export function notHere(platform: string): UserError {
  return new UserError(
    `setup tensorflow: expected Linux on x64, for which TensorFlow's packages hold what is linked to; found ${platform}`,
    'Install @tensorflow/tfjs-node yourself and name its folder: the setting `peftWorkbench.tensorflowPath`, or PEFT_WORKBENCH_TENSORFLOW.',
  );
}

export function noCudaHere(platform: string): UserError {
  return new UserError(
    `setup onnx-cuda: expected Linux on x64, for which ONNX Runtime has libraries for CUDA; found ${platform}`,
    'Choose `executor: onnx-webgpu`, which needs nothing but a driver.',
  );
}

/** `missing`: what each is, and the package that has it. */
export function toolsMissing(
  setup: string,
  missing: readonly { what: string; install: string }[],
): UserError {
  return new UserError(
    `setup ${setup}: expected ${missing.map(({ what }) => what).join(', ')} on the PATH, found none`,
    `Install ${missing.map(({ install }) => install).join(', ')}, and try again.`,
  );
}

export function tooLittleSpace(folder: string, neededBytes: number, freeBytes: number): UserError {
  return new UserError(
    `${folder}: expected ${bytes(neededBytes)} of free space, found ${bytes(freeBytes)}`,
    'Make room, or name another folder with PEFT_WORKBENCH_DATA.',
  );
}

/** `said`: the last lines of what it printed. */
export function toolFailed(tool: string, status: number | string, said: string): RunFailure {
  return new RunFailure(`${tool} ended with status ${status}:\n${said}`);
}

export function unreachable(tool: string, source: string, said: string): UserError {
  return new UserError(
    `${tool}: expected to reach ${source}, which failed:\n${said}`,
    'Look at the network and, behind a proxy, at HTTPS_PROXY. Nothing was changed; try again.',
  );
}

export function compileFailed(said: string): RunFailure {
  return new RunFailure(
    `The binding could not be compiled:\n${said}\nA compiler of C++17 is needed: g++ 9 or newer.`,
  );
}

export function stepFailed(dir: string, fault: string): RunFailure {
  return new RunFailure(`A training step on the package in ${dir} failed: ${fault}`);
}

/** `error`: of a package that this attempt did not build, and that may have worked before. */
export function keptThough(error: unknown, place: string): RunFailure {
  return new RunFailure(`${messageOf(error)}\nRemove ${place} to have the package built anew.`);
}

export function alreadyAtWork(setup: string, folder: string): Refusal {
  return new Refusal(
    `setup ${setup}: another set-up is at work in ${folder}: wait for its end, and try again.`,
  );
}
