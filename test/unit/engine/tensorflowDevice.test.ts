import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

/** A package whose backend says where it computes, as TensorFlow's does once it has found a card, and computes nothing. */
function packageOn(isUsingGpuDevice: boolean): string {
  const dir = join(temporaryFolder(), 'tfjs-node-gpu');
  mkdirSync(dir);
  writeFileSync(
    join(dir, 'package.json'),
    JSON.stringify({ name: '@tensorflow/tfjs-node-gpu', version: '4.22.0' }),
  );
  const core = createRequire(import.meta.url).resolve('@tensorflow/tfjs-core');
  writeFileSync(
    join(dir, 'index.js'),
    `const tf = require(${JSON.stringify(core)});
if (tf.findBackendFactory('tensorflow')) tf.removeBackend('tensorflow');
tf.registerBackend('tensorflow', () => ({ isUsingGpuDevice: ${isUsingGpuDevice}, binding: { TF_Version: '2.21.0' }, dispose() {} }));`,
  );
  return dir;
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

it.each([true, false])('tells whether a card of NVIDIA computes: %s', async (isOnDevice) => {
  vi.stubEnv('PEFT_WORKBENCH_TENSORFLOW', packageOn(isOnDevice));
  const { tensorflow } = await import('../../../src/engine/tensorflow/tensorflow.ts');
  const description = await tensorflow().describe();
  expect(description).toMatchObject({
    isNvidia: isOnDevice,
    versions: { '@tensorflow/tfjs-node-gpu': '4.22.0', tensorflow: '2.21.0' },
  });
  expect(description.device === 'CUDA').toBe(isOnDevice);
});
