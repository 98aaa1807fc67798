import type { TestProject } from 'vitest/node';
import { messageOf } from '../../src/core/errors.ts';
import { copySession } from '../../src/engine/onnx/deviceCopy.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Whether this machine has an adapter for onnx-webgpu, of hardware or software. */
    readonly hasDevice: boolean;
  }
}

/** Looks for an adapter once, before the suites. Where there is none, the tests that need it are skipped, and the reason is printed. */
export async function setup(project: TestProject): Promise<void> {
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
