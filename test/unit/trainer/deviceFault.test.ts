import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { matMul, reshape, sum } from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/core/tensor.ts';
import type { Executor, ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { readRunRecord, writeRunRecord, type RunRecord } from '../../../src/runs/runRecord.ts';
import { runPaths } from '../../../src/runs/runPaths.ts';
import { readCheckpoint } from '../../../src/trainer/checkpoint.ts';
import { faultKind } from '../../../src/trainer/deviceFault.ts';
import { notFinite } from '../../../src/trainer/errors.ts';
import { trainRun } from '../../../src/trainer/trainRun.ts';
import { executorsHere } from '../../support/executorsHere.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const OUT_OF_MEMORY = 'CUDA failure 2: out of memory ; GPU=0 ; hostname=here ; expr=cudaMalloc';
const LOST = 'WebGPU device lost (1): a reset\nmore of it';

describe('what a device failed with', () => {
  it.each([
    [OUT_OF_MEMORY, 'memory'],
    ['Failed to allocate memory for requested buffer of size 4398046511104', 'memory'],
    ['BFC Arena ran out of memory trying to allocate 1073741824. The current memory limit is', 'memory'],
    ['vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY', 'memory'],
    ['CreateCommittedResource failed with E_OUTOFMEMORY (0x8007000E)', 'memory'],
    ['CUBLAS failure 3: CUBLAS_STATUS_ALLOC_FAILED', 'memory'],
    ['OOM when allocating tensor with shape[32,12,512,512]', 'memory'],
    ['std::bad_alloc', 'memory'],
    [LOST, 'lost'],
    ['vkQueueSubmit failed with VK_ERROR_DEVICE_LOST', 'lost'],
    ['Device removed: DXGI_ERROR_DEVICE_HUNG', 'lost'],
    ['CUDA failure 700: an illegal memory access was encountered', 'lost'],
    ['CUDA failure 719: unspecified launch failure', 'lost'],
    ['Invalid rank for input: x Got: 3 Expected: 2', undefined],
  ])('is seen in "%s": %s', (message, kind) => {
    expect(faultKind(new Error(message))).toBe(kind);
  });

  it('is not looked for in failures of ours', () => {
    expect(faultKind(notFinite(1, NaN, NaN))).toBeUndefined();
  });

  // More than any machine has: the n x n products of n = 4 million numbers.
  it.each(executorsHere.filter((id) => id !== 'reference'))('is seen in what %s really says', async (id) => {
    const program = smallProgram({ x: ['B', 'S'] }, ({ x }) => {
      const n = x.size;
      return { y: sum(matMul(reshape(x, [n, 1]), reshape(x, [1, n]))) };
    });
    const executor = await executors[id]();
    const executable = await executor.compile(program);
    const stores = { frozen: executor.store(new Map()), state: executor.store(new Map()) };
    const feeds = { x: floatTensor([2000, 2000], new Float32Array(4e6)) };
    const error: unknown = await executable.run({ ...stores, feeds }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    expect(faultKind(error), (error as Error).message).toBe('memory');
  });
});

/** From now on the n-th program that runs on onnx-cpu throws; later ones work. Where it `refuses`, nothing can be disposed of; returns what was tried. */
function failing(n: number, message: string, refuses = false): string[] {
  const real = executors['onnx-cpu'];
  let runs = 0;
  const tried: string[] = [];
  const disposing = (name: string, dispose: () => Promise<void>) => async () => {
    tried.push(name);
    await dispose();
    if (refuses) throw new Error(`${name}: no device`);
  };
  const changed = async (): Promise<Executor> => {
    const executor = await real();
    const compile: Executor['compile'] = async (program) => {
      const executable = await executor.compile(program);
      const run: typeof executable.run = (inputs) =>
        ++runs === n ? Promise.reject(new Error(message)) : executable.run(inputs);
      return { ...executable, run, dispose: disposing(program.name, () => executable.dispose()) };
    };
    return { ...executor, compile, dispose: disposing('executor', () => executor.dispose()) };
  };
  const registry = executors as Record<ExecutorId, () => Promise<Executor>>;
  registry['onnx-cpu'] = changed;
  restore = () => (registry['onnx-cpu'] = real);
  return tried;
}
let restore: () => unknown = () => undefined;
afterEach(() => restore());

const eight = 'max_steps: 8\n  executor: onnx-cpu';

async function trainTo(end: RunRecord['status'], runDir: string): Promise<RunRecord> {
  await trainRun(runDir, { stop: () => false, checkpoint: () => false }, process.env);
  const read = await readRunRecord(runDir);
  if (!('record' in read)) throw new Error(read.problem);
  expect(read.record.status, read.record.failure).toBe(end);
  return read.record;
}

async function queued(training = eight): Promise<string> {
  const dir = temporaryFolder();
  const recipe = await writeTinyWorkspace(dir, {
    recipe: tinyRecipe.replace('num_train_epochs: 3', training),
  });
  return queueTinyRun(recipe, join(dir, 'runs'));
}

describe('a run whose device fails', () => {
  it('for want of memory keeps a checkpoint of the step before, names a batch that fits, and can be resumed', async () => {
    const whole = await trainTo('finished', await queued());
    failing(6, OUT_OF_MEMORY);
    const runDir = await queued();
    const record = await trainTo('failed', runDir);
    expect(record.failure).toMatch(
      /^onnx-cpu: memory was exhausted after step 5 \(CUDA failure 2: out of memory .*\)\. By the plan per_device_train_batch_size: 2 in place of 4 needs [\d.]+ MB of [\d.]+ GB; with gradient_accumulation_steps: 2 the updates stay as large\. The checkpoint is that of step 5\.$/,
    );
    expect((await readCheckpoint(runPaths(runDir).lastCheckpoint)).progress.step).toBe(5);
    await writeRunRecord(runDir, { ...record, status: 'queued', failure: undefined });
    const resumed = await trainTo('finished', runDir);
    expect(resumed.summary?.best).toEqual(whole.summary?.best);
  });

  it('in an evaluation names its batch', async () => {
    failing(9, OUT_OF_MEMORY);
    const { failure } = await trainTo('failed', await queued());
    expect(failure).toContain('after step 8');
    expect(failure).toMatch(
      /By the plan per_device_eval_batch_size: 4 in place of 8 needs [\d.]+ MB of [\d.]+ GB\. The/,
    );
  });

  it('in the middle of a step of several batches keeps no half of it', async () => {
    failing(2, OUT_OF_MEMORY);
    const runDir = await queued(`${eight}\n  gradient_accumulation_steps: 2`);
    expect((await trainTo('failed', runDir)).failure).toContain('The last checkpoint is kept');
    expect(existsSync(runPaths(runDir).lastCheckpoint)).toBe(false);
  });

  it('and is gone says so, and leaves the last checkpoint alone', async () => {
    failing(6, LOST);
    const runDir = await queued();
    expect((await trainTo('failed', runDir)).failure).toBe(
      'onnx-cpu: the device was lost after step 5 (WebGPU device lost (1): a reset). The last checkpoint is kept; `resume` goes on from it once the device works again.',
    );
    expect(existsSync(runPaths(runDir).lastCheckpoint)).toBe(false);
  });

  it.each([
    ['failed', 6, /^onnx-cpu: the device was lost after step 5/],
    ['finished', Infinity, /^$/],
  ] as const)('and refuses to be given back has %s all the same', async (end, n, failure) => {
    const tried = failing(n, LOST, true);
    const runDir = await queued();
    expect((await trainTo(end, runDir)).failure ?? '').toMatch(failure);
    expect(tried).toEqual(['step', 'evaluate', 'executor']);
    const log = readFileSync(runPaths(runDir).log, 'utf8');
    for (const name of tried) expect(log).toContain(` could not be given back: ${name}: no device\n`);
  });

  it('with something else fails as ever', async () => {
    failing(6, 'Invalid rank');
    expect((await trainTo('failed', await queued())).failure).toMatch(/^internal: Error: Invalid rank/);
  });
});
