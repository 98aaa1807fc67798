import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { ruledOut } from '../../../src/engine/devices.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Configuration } from '../../../src/recipe/recipe.ts';
import { claimCard, isCardTaken } from '../../../src/trainer/cardLock.ts';
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

const candidates = ['onnx-webgpu'] as const;

function choosing(trials: Partial<Record<ExecutorId, Trial>>, more: { env?: NodeJS.ProcessEnv } = {}) {
  const env = { PATH: '', XDG_CACHE_HOME: temporaryFolder(), ...more.env };
  const attempt = vi.fn((id: ExecutorId) => Promise.resolve(trials[id] ?? works(1)));
  const onMeasure = vi.fn();
  const choose = (of: Configuration = configuration, options = {}) =>
    chooseExecutor(of, 0, { env, attempt, onMeasure, ruledOut: () => undefined, candidates, ...options });
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

  it('is one that has the number format of the recipe, and measures no other', async () => {
    const narrow = {
      ...configuration,
      training: { ...configuration.training, model_dtype: 'bfloat16' as const },
    };
    const { choose, attempt } = choosing({ tensorflow: works(9) });
    const both = { candidates: ['tensorflow', 'onnx-webgpu'] };
    expect(await choose(narrow, both)).toEqual({
      executor: 'tensorflow',
      reason: 'tensorflow 9.000 s a step; onnx-webgpu: it has no bfloat16',
    });
    expect(attempt).toHaveBeenCalledOnce();
    await expect(choose(narrow)).rejects.toThrow(
      'expected an executor that has bfloat16, found none that works here (onnx-webgpu: it has no bfloat16)',
    );
    const broken = choosing({ tensorflow: { works: false, fault: 'it broke' } });
    await expect(broken.choose(narrow, { candidates: ['tensorflow'] })).rejects.toThrow(
      '(tensorflow: it broke)',
    );
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
    expect((JSON.parse(await readFile(file, 'utf8')) as { choices: unknown[] }).choices).toHaveLength(2);
    const kept = await readFile(file, 'utf8');
    await writeFile(file, kept.replaceAll('"onnx-webgpu"', '"something else"'));
    await choose();
    expect(attempt).toHaveBeenCalledTimes(6);
    await writeFile(file, 'not JSON');
    await choose();
    expect(attempt).toHaveBeenCalledTimes(8);
  });

  it.each<[what: string, trial: Trial, hours: number]>([
    ['a time', works(0.5), 7 * 24],
    ['one of software', works(undefined, { isEmulated: true }), 7 * 24],
    ['a fault, which may pass', { works: false, fault: 'out of memory' }, 1],
  ])('holds for its time after %s', async (_, trial, hours) => {
    const { choose } = choosing({ 'onnx-webgpu': trial });
    const attempts = async (attempt = vi.fn(() => Promise.resolve(trial))) => {
      await choose(configuration, { attempt });
      return attempt.mock.calls.length;
    };
    vi.useFakeTimers({ toFake: ['Date'] });
    try {
      await choose();
      vi.advanceTimersByTime((hours - 0.1) * 3_600_000);
      expect(await attempts()).toBe(0);
      vi.advanceTimersByTime(0.2 * 3_600_000);
      expect(await attempts()).toBeGreaterThan(0);
    } finally {
      vi.useRealTimers();
    }
  });

  it('has the card for itself while it measures, and does not keep what it measured beside another', async () => {
    const { choose, attempt, env } = choosing({ 'onnx-webgpu': works(0.5) });
    const held: boolean[] = [];
    attempt.mockImplementation(async () => {
      held.push(await isCardTaken('0', env));
      return works(0.5);
    });
    const other = (await claimCard('0', env))!;
    expect((await choose()).executor).toBe('onnx-webgpu');
    await other.giveBack();
    await choose();
    expect(held).toEqual([true, true, true, false]);
    expect(await isCardTaken('0', env)).toBe(false);
    await choose();
    expect(attempt).toHaveBeenCalledTimes(4);
  });

  it('gives the card back where the measurement was cancelled', async () => {
    const { choose, env } = choosing({});
    const attempt = () => Promise.reject(new Error('enough'));
    await expect(choose(configuration, { attempt })).rejects.toThrow('enough');
    expect(await isCardTaken('0', env)).toBe(false);
  });

  it('is told where it cannot be kept', async () => {
    const file = join(temporaryFolder(), 'no folder');
    await writeFile(file, '');
    const { choose } = choosing({ 'onnx-cpu': works(0.1) }, { env: { XDG_CACHE_HOME: file } });
    const onUnkept = vi.fn();
    // Without the lock of a card nothing is to be kept.
    expect((await choose(configuration, { onUnkept })).executor).toBe('onnx-cpu');
    expect(onUnkept).not.toHaveBeenCalled();
    await choose(configuration, { onUnkept, candidates: ['reference'] });
    expect(onUnkept).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('executors.json'));
  });

  it('does not try TensorFlow where it is not set up', async () => {
    const { choose, attempt } = choosing({}, { env: { HOME: temporaryFolder() } });
    const rules = (id: ExecutorId, env: NodeJS.ProcessEnv) => ruledOut(id, env, true);
    await choose(configuration, { ruledOut: rules, candidates: ['tensorflow', 'onnx-webgpu'] });
    expect(attempt.mock.calls.map(([id]) => id)).not.toContain('tensorflow');
  });

  it('is what PEFT_WORKBENCH_AUTO names', async () => {
    const { choose, attempt } = choosing({}, { env: { PEFT_WORKBENCH_AUTO: 'onnx-webgpu' } });
    expect(await choose()).toEqual({ executor: 'onnx-webgpu', reason: 'PEFT_WORKBENCH_AUTO names it' });
    expect(attempt).not.toHaveBeenCalled();
  });
});
