import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { withPaths, writeResolved } from '../../../src/recipe/resolved.ts';
import { tryExecutor } from '../../../src/trainer/tryExecutor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

async function resolvedRecipe(text = tinyRecipe): Promise<string> {
  const dir = temporaryFolder();
  await writeTinyWorkspace(dir);
  const [configuration] = parseRecipe(text, 'tiny.peft.yaml').recipe!.configurations;
  return writeResolved(
    withPaths(configuration, (path) => resolve(dir, path)),
    3,
  );
}

describe('trying an executor in a process of its own', () => {
  const { env } = process;

  it('times the steps of the recipe itself', async () => {
    const trial = await tryExecutor('onnx-cpu', await resolvedRecipe(), { env });
    expect(trial).toMatchObject({ works: true, device: expect.stringContaining('thread') });
    expect((trial as { secondsPerStep: number }).secondsPerStep).toBeGreaterThan(0);
    expect((trial as { secondsPerStep: number }).secondsPerStep).toBeLessThan(30);
  });

  it('times a step of several batches as one', async () => {
    const text = tinyRecipe.replace('num_train_epochs: 3', 'max_steps: 1\n  gradient_accumulation_steps: 2');
    const trial = await tryExecutor('onnx-cpu', await resolvedRecipe(text), { env });
    expect(trial).toMatchObject({ works: true, secondsPerStep: expect.any(Number) });
  });

  it('times steps of a small model where there is no recipe', async () => {
    const trial = await tryExecutor('onnx-cpu', undefined, { env, measure: true });
    expect(trial).toMatchObject({ works: true, secondsPerStep: expect.any(Number) });
  });

  it('passes on what the run would fail with', async () => {
    const recipe = (await resolvedRecipe()).replace(/model: .*/, 'model: /nowhere');
    expect(await tryExecutor('onnx-cpu', recipe, { env })).toMatchObject({
      works: false,
      fault: expect.stringContaining('/nowhere'),
    });
  });

  it('does not wait for one that gives no answer', async () => {
    expect(await tryExecutor('onnx-cpu', undefined, { env, limitMs: 1 })).toEqual({
      works: false,
      fault: 'no answer within 0.001 s',
    });
  });

  it('ends with whoever asks for it', async () => {
    const signal = AbortSignal.abort(new DOMException('enough', 'AbortError'));
    await expect(tryExecutor('onnx-cpu', undefined, { env, signal })).rejects.toThrow('enough');
  });
});
