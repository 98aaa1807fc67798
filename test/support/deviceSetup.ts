import type { TestProject } from 'vitest/node';
import { messageOf } from '../../src/core/errors.ts';
import { findPackage } from '../../src/engine/tensorflowPackage.ts';
import type { ExecutorId } from '../../src/engine/executor.ts';
import { executors } from '../../src/engine/registry.ts';
import { packageMissing } from '../../src/engine/tensorflow/errors.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Executors that do not work on this machine. */
    readonly absent: readonly ExecutorId[];
  }
}

/**
 * Opens every executor once, before the suites. The tests that need one that does not work here are skipped, and the reason is printed.
 * The reference is part of the project, and TensorFlow.js' modules would be loaded here otherwise than in the suites; so a package for
 * tensorflow is only looked for, and one that does not load fails the tests.
 */
export async function setup(project: TestProject): Promise<void> {
  const absent: ExecutorId[] = [];
  for (const [id, open] of Object.entries(executors) as [ExecutorId, (typeof executors)[ExecutorId]][]) {
    if (id === 'reference') continue;
    try {
      if (id !== 'tensorflow') await (await open()).dispose();
      else if (findPackage(process.env) === undefined) throw packageMissing();
    } catch (error) {
      // What the machine was told to have must work.
      if (process.env[place[id] ?? '']) throw error;
      absent.push(id);
      console.warn(`Tests of ${project.name} on ${id} are skipped: ${messageOf(error)}${advice[id] ?? ''}`);
    }
  }
  project.provide('absent', absent);
}

/** How a test machine comes to have one. */
const advice: Readonly<Partial<Record<ExecutorId, string>>> = {
  'onnx-webgpu': '\n  scripts/softwareGpu.sh makes an adapter of software.',
  tensorflow: '\n  scripts/tensorflowBinding.sh builds its package, for PEFT_WORKBENCH_TENSORFLOW.',
};

/** Variables of the environment that say where one is. */
const place: Readonly<Partial<Record<ExecutorId, string>>> = {
  'onnx-webgpu': 'VK_DRIVER_FILES',
};
