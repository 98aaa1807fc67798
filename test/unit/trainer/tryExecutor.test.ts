import { expect, it, onTestFinished } from 'vitest';
import { trialIn } from '../../../src/trainer/trial.ts';
import { tryExecutor } from '../../../src/trainer/tryExecutor.ts';

it('answers where no process can be started', async () => {
  const { execPath } = process;
  onTestFinished(() => void (process.execPath = execPath));
  process.execPath = '/nowhere/node';
  expect(await tryExecutor('onnx-cpu', undefined, { env: process.env })).toEqual({
    works: false,
    fault: expect.stringMatching(/^its process cannot be started: .*ENOENT/) as string,
  });
});

it('finds an answer among what libraries print, and none in one that was cut off', () => {
  const trial = { works: true, device: 'a device', versions: {} };
  const line = JSON.stringify({ trial });
  expect(trialIn(`a warning\n${line}\n`)).toEqual(trial);
  for (let length = 0; length < line.length; length++)
    expect(trialIn(`a warning\n${line.slice(0, length)}`)).toBeUndefined();
});
