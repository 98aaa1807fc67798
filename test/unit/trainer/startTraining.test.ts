import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Executor, ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { readRunRecord, writeRunRecord, type RunRecord } from '../../../src/runs/runRecord.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const registry = executors as Record<ExecutorId, () => Promise<Executor>>;
const real = registry['onnx-webgpu'];
afterEach(() => (registry['onnx-webgpu'] = real));

/** Makes onnx-webgpu the processor's executor, on which the n-th program that runs fails; what of it was not disposed of. */
function device(failsAt: number, message = 'out of memory'): { open: Set<string> } {
  const open = new Set<string>();
  let runs = 0;
  registry['onnx-webgpu'] = async () => {
    const executor = await executors['onnx-cpu']();
    open.add('executor');
    return {
      ...executor,
      id: 'onnx-webgpu',
      compile: async (program) => {
        const executable = await executor.compile(program);
        open.add(program.name);
        const run: typeof executable.run = (inputs) =>
          ++runs === failsAt ? Promise.reject(new Error(message)) : executable.run(inputs);
        const dispose = () => executable.dispose().then(() => void open.delete(program.name));
        return { ...executable, run, dispose };
      },
      dispose: () => executor.dispose().then(() => void open.delete('executor')),
    };
  };
  return { open };
}

async function train(
  change: Partial<RunRecord>,
  accumulation = 1,
  dtype = 'float32',
): Promise<{ record: RunRecord; left: number }> {
  const dir = temporaryFolder();
  const training = `max_steps: 2\n  executor: onnx-webgpu\n  gradient_accumulation_steps: ${accumulation}\n  model_dtype: ${dtype}`;
  const recipe = await writeTinyWorkspace(dir, {
    recipe: tinyRecipe.replace('num_train_epochs: 3', training),
  });
  const runDir = await queueTinyRun(recipe, join(dir, 'runs'));
  const read = await readRunRecord(runDir);
  if (!('record' in read)) throw new Error(read.problem);
  await writeRunRecord(runDir, { ...read.record, executor: 'onnx-webgpu', ...change });
  let left = 0;
  const card = { readings: () => undefined, onLeft: () => void (left += 1) };
  await trainRun(runDir, { stop: () => false, checkpoint: () => false }, process.env, card);
  const after = await readRunRecord(runDir);
  if (!('record' in after)) throw new Error(after.problem);
  return { record: after.record, left };
}

const byAuto = { executorReason: 'it was the fastest' };

describe('an executor that fails at its first step', () => {
  it.each([
    ['a step of one batch', 1, 1],
    ['the update after several batches', 2, 3],
  ])('gives its place to the processor where `auto` chose it: %s', async (_, accumulation, failsAt) => {
    const { open } = device(failsAt);
    const { record, left } = await train(byAuto, accumulation);
    expect(record).toMatchObject({
      status: 'finished',
      executor: 'onnx-cpu',
      executorReason: 'it was the fastest; onnx-webgpu failed at its start: out of memory',
    });
    expect([...open]).toEqual([]);
    expect(left).toBe(1);
  });

  it('fails the run whose number format the processor lacks', async () => {
    device(1);
    const { record } = await train(byAuto, 1, 'float16');
    expect(record).toMatchObject({
      status: 'failed',
      executor: 'onnx-webgpu',
      failure: expect.stringContaining('out of memory') as string,
    });
  });

  it('fails the run that names it', async () => {
    device(1);
    const { record, left } = await train({});
    expect(record).toMatchObject({
      status: 'failed',
      failure: expect.stringContaining('memory was exhausted after step 0'),
    });
    expect(left).toBe(0);
  });
});

it('the step that is tried changes nothing of the run', async () => {
  device(Infinity);
  const [tried, named] = [await train(byAuto), await train({})];
  expect(tried.record).toMatchObject({ status: 'finished', executor: 'onnx-webgpu' });
  expect(tried.record.summary!.last).toEqual(named.record.summary!.last);
});
