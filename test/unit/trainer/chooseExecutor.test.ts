import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Configuration } from '../../../src/recipe/recipe.ts';
import { chooseExecutor } from '../../../src/trainer/chooseExecutor.ts';
import type { Trial } from '../../../src/trainer/trial.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe } from '../../support/tinyWorkspace.ts';

const [configuration] = parseRecipe(tinyRecipe, 'tiny.peft.yaml').recipe!.configurations;
const works = (secondsPerStep?: number, more = {}): Trial => ({
  works: true,
  device: 'WebGPU (some)',
  versions: {},
  ...(secondsPerStep !== undefined && { secondsPerStep }),
  ...more,
});

function choosing(trials: Partial<Record<ExecutorId, Trial>>, more: { env?: NodeJS.ProcessEnv } = {}) {
  const env = { PATH: '', XDG_CACHE_HOME: temporaryFolder(), ...more.env };
  const attempt = vi.fn((id: ExecutorId) => Promise.resolve(trials[id] ?? works(1)));
  const onMeasure = vi.fn();
  const choose = (of: Configuration = configuration, options = {}) =>
    chooseExecutor(of, 0, {
      env,
      attempt,
      onMeasure,
      candidates: ['onnx-webgpu'],
      ruledOut: () => undefined,
      ...options,
    });
  return { env, attempt, onMeasure, choose };
}

describe('auto', () => {
  it('is the fastest by a measured step, and says what the others took', async () => {
    const { choose, attempt, onMeasure } = choosing({ 'onnx-webgpu': works(0.25), 'onnx-cpu': works(1) });
    expect(await choose()).toEqual({
      executor: 'onnx-webgpu',
      reason: 'onnx-webgpu 0.250 s a step; onnx-cpu 1.000 s a step',
    });
    expect(onMeasure).toHaveBeenCalledExactlyOnceWith(['onnx-webgpu', 'onnx-cpu']);
    expect(attempt.mock.calls.map(([id]) => id)).toEqual(['onnx-webgpu', 'onnx-cpu']);
  });

  it('is the processor where a card is slower', async () => {
    const { choose } = choosing({ 'onnx-webgpu': works(2), 'onnx-cpu': works(1) });
    expect((await choose()).executor).toBe('onnx-cpu');
  });

  it('starts nothing where there is the processor alone', async () => {
    const { choose, attempt, onMeasure } = choosing({});
    expect(await choose(configuration, { ruledOut: () => 'no card' })).toEqual({
      executor: 'onnx-cpu',
      reason: 'nothing else works here; onnx-webgpu: no card',
    });
    expect(attempt).not.toHaveBeenCalled();
    expect(onMeasure).not.toHaveBeenCalled();
  });

  it.each<[what: string, trial: Trial, why: string]>([
    ['one of software', works(undefined, { isEmulated: true }), 'WebGPU (some) is software'],
    ['one that fails', { works: false, fault: 'no\n driver' }, 'onnx-webgpu: no driver'],
  ])('does not time the processor beside %s', async (_, trial, why) => {
    const { choose, attempt } = choosing({ 'onnx-webgpu': trial });
    const { executor, reason } = await choose();
    expect(executor).toBe('onnx-cpu');
    expect(reason).toContain(why);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it('measures a shape of step once, and another shape anew', async () => {
    const { choose, attempt, env } = choosing({ 'onnx-webgpu': works(0.5) });
    const first = await choose();
    expect(await choose({ ...configuration, variant: 'another name' })).toEqual(first);
    expect(attempt).toHaveBeenCalledTimes(2);
    const training = { ...configuration.training, per_device_train_batch_size: 64 };
    await choose({ ...configuration, training });
    expect(attempt).toHaveBeenCalledTimes(4);

    const file = join(env.XDG_CACHE_HOME, 'peft-workbench', 'executors.json');
    const kept = await readFile(file, 'utf8');
    await writeFile(file, kept.replaceAll('"onnx-webgpu"', '"something else"'));
    await choose();
    expect(attempt).toHaveBeenCalledTimes(6);
    await writeFile(file, 'not JSON');
    await choose();
    expect(attempt).toHaveBeenCalledTimes(8);
  });

  it('is what PEFT_WORKBENCH_AUTO names', async () => {
    const { choose, attempt } = choosing({}, { env: { PEFT_WORKBENCH_AUTO: 'onnx-webgpu' } });
    expect(await choose()).toEqual({ executor: 'onnx-webgpu', reason: 'PEFT_WORKBENCH_AUTO names it' });
    expect(attempt).not.toHaveBeenCalled();
  });
});
