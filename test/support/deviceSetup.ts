import type { TestProject } from 'vitest/node';
import { messageOf } from '../../src/core/errors.ts';
import { copySession } from '../../src/engine/onnx/deviceCopy.ts';
import { findPackage } from '../../src/engine/tensorflowPackage.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this machine has an adapter for onnx-webgpu, of hardware or software. */
    readonly hasDevice: boolean;
    /** Whether there is a package for tensorflow; one that does not load fails the tests. */
    readonly hasTensorflow: boolean;
  }
}

/** Looks once, before the suites, for what not every machine has. Where it is missing, the tests that need it are skipped, and the reason is printed. */
export async function setup(project: TestProject): Promise<void> {
  const hasTensorflow = findPackage(process.env) !== undefined;
  project.provide('hasTensorflow', hasTensorflow);
  if (!hasTensorflow)
    console.warn(
      `Tests of ${project.name} on tensorflow are skipped: there is no package @tensorflow/tfjs-node-gpu or @tensorflow/tfjs-node\n` +
        '  scripts/tensorflowBinding.sh builds one, for PEFT_WORKBENCH_TENSORFLOW.',
    );
  try {
    await (await copySession('cpu', 'float32')).release();
    project.provide('hasDevice', true);
  } catch (error) {
    project.provide('hasDevice', false);
    console.warn(
      `Tests of ${project.name} on onnx-webgpu are skipped: ${messageOf(error)}\n` +
        '  scripts/softwareGpu.sh makes an adapter of software.',
    );
  }
}
