import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { cardOf, ruledOut } from '../../../src/engine/devices.ts';
import { adapterOf, hasGraphicsCard, loadedLibraries } from '../../../src/engine/graphics.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

it.each([
  [[], false],
  [['null', 'nvidiactl', 'dri/card0'], false],
  [['nvidia0'], true],
  [['dri/renderD128'], true],
  [['dxg'], true],
])('with %j in /dev there is a graphics card: %s', (names, expected) => {
  const dev = temporaryFolder();
  for (const name of names) {
    mkdirSync(dirname(join(dev, name)), { recursive: true });
    writeFileSync(join(dev, name), '');
  }
  expect(hasGraphicsCard('linux', dev)).toBe(expected);
  expect(hasGraphicsCard('darwin', dev)).toBe(true);
});

const swiftShader = '/usr/lib/chromium/libvk_swiftshader.so';
const llvmpipe = '/usr/lib/x86_64-linux-gnu/libvulkan_lvp.so';
const radeon = '/usr/lib/x86_64-linux-gnu/libvulkan_radeon.so';
it.each([
  [[swiftShader], true, { name: 'SwiftShader', isEmulated: true }],
  [['/lib/libnvidia-glvkspirv.so', llvmpipe], true, { name: 'NVIDIA', isEmulated: false }],
  // Mesa's drivers are loaded all together, whatever is there.
  [[radeon, llvmpipe], false, { name: 'llvmpipe', isEmulated: true }],
  [[radeon, llvmpipe], true, { name: 'AMD', isEmulated: false }],
  [[radeon], false, { name: 'AMD', isEmulated: true }],
  [['C:\\Windows\\System32\\d3d10warp.dll'], true, { name: 'WARP', isEmulated: true }],
  [[], true, { name: 'unknown driver', isEmulated: false }],
])('the adapter behind %j, with a card: %s', (libraries, hasCard, expected) => {
  expect(adapterOf(libraries, hasCard)).toEqual(expected);
});

it('lists the libraries of this process', () => {
  expect(loadedLibraries().length).toBeGreaterThan(0);
});

it('knows which executors a card is for, and which card', () => {
  const env = { HOME: temporaryFolder(), PEFT_WORKBENCH_TENSORFLOW: '/anywhere' };
  expect(ruledOut('onnx-webgpu', env, false)).toBe('this machine has no graphics card');
  expect(ruledOut('onnx-webgpu', env, true)).toBeUndefined();
  expect(ruledOut('onnx-cpu', env, false)).toBeUndefined();
  expect(ruledOut('tensorflow', env, true)).toBeUndefined();
  expect(cardOf('onnx-cpu', {})).toBeUndefined();
  expect(cardOf('onnx-cuda', {})).toBe('0');
  expect(cardOf('onnx-cuda', { CUDA_VISIBLE_DEVICES: '2,3' })).toBe('2');
  // CUDA's variable means nothing to it.
  expect(cardOf('onnx-webgpu', { CUDA_VISIBLE_DEVICES: '2,3' })).toBe('0');
});
