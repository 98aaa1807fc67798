import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { readMachineSpeed, speedFile, thisMachine } from '../../../src/facts/machineSpeed.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

const step = { name: 'a step', seconds: 0.1, work: { products: 1, pointwise: 1, written: 1, nodes: 1 } };
const speed = { ...thisMachine('onnx-cpu', {}), steps: [step] };

async function read(text: string) {
  const env = { XDG_CACHE_HOME: temporaryFolder() };
  await mkdir(dirname(speedFile(env)));
  await writeFile(speedFile(env), text);
  return readMachineSpeed(env);
}

it('reads what was measured here', async () => {
  expect(await read(JSON.stringify(speed))).toEqual(speed);
});

it.each<[what: string, text: string]>([
  ['no JSON', '{'],
  ['no object', 'null'],
  ['another format', JSON.stringify({ ...speed, format: 2 })],
  ['another version', JSON.stringify({ ...speed, version: '0.0.0-other' })],
  ['another processor', JSON.stringify({ ...speed, processor: 'other' })],
  ['another number of threads', JSON.stringify({ ...speed, threads: speed.threads + 1 })],
  ['no steps', JSON.stringify({ ...speed, steps: [] })],
  ['a step without its time', JSON.stringify({ ...speed, steps: [{ ...step, seconds: null }] })],
  ['a step without its work', JSON.stringify({ ...speed, steps: [{ name: 'a', seconds: 1 }] })],
])('takes %s as not measured', async (_, text) => {
  expect(await read(text)).toBeUndefined();
});

it('takes no file as not measured', async () => {
  expect(await readMachineSpeed({ XDG_CACHE_HOME: temporaryFolder() })).toBeUndefined();
});
