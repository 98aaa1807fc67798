import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cast, isFinite, mul } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { executors } from '../../../src/engine/registry.ts';
import { lowerings } from '../../../src/engine/onnx/lowerings.ts';
import { webgpu } from '../../../src/engine/onnx/onnxWebgpu.ts';
import { compileWith } from '../../../src/engine/onnx/session.ts';
import { trainingPrograms } from '../../../src/program/training.ts';
import { casesOn, hasDevice } from '../../support/executorsHere.ts';
import { methodExamples, oneExampleEach, unionExamples } from '../../support/methodExamples.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const cases = casesOn('onnx-webgpu', [...methodExamples, ...unionExamples], ({ name }) =>
  oneExampleEach.some((each) => each.name === name),
);

describe.runIf(hasDevice)('a step on onnx-webgpu', () => {
  it.each(cases)(
    'moves feeds and results alone after the first, and leaves sizes alone to the processor: $name',
    async ({ use }) => {
      const folder = temporaryFolder();
      profileInto(folder);
      const assembly = tinyAssembly({ use });
      const programs = trainingPrograms(assembly, plainSettings);
      if (!('step' in programs)) throw new Error('expected one program');
      const executor = await executors['onnx-webgpu']();
      const executable = await executor.compile(programs.step);
      const weights = tinyWeights(assembly);
      const stores = { frozen: executor.store(weights.frozen), state: executor.store(weights.state) };
      const feeds = tinyFeeds(assembly, plainSettings, { B: 2, S: 5 });
      await executable.run({ ...stores, feeds });

      const crossings = watchCrossings();
      await executable.run({ ...stores, feeds });
      expect(crossings.runs).toBe(1);
      expect(Object.keys(feeds)).toEqual(expect.arrayContaining([...crossings.toDevice.keys()]));
      for (const [name, bytes] of crossings.toDevice) expect(bytes, name).toBe(feeds[name].data.byteLength);
      // Scalars.
      expect(crossings.toHost).toEqual(new Map(programs.step.results.map((name) => [`out:${name}`, 4])));

      await executable.dispose();
      await executor.dispose();
      const nodes = await profiledNodes(folder);
      expect(nodes.filter(({ provider }) => provider === 'WebGpuExecutionProvider').length).toBeGreaterThan(
        100,
      );
      const others = nodes.filter(({ provider }) => provider !== 'WebGpuExecutionProvider');
      expect(others.filter(({ types }) => types.some((type) => type !== 'int64'))).toEqual([]);
      expect(nodes.filter(({ op }) => op.startsWith('Memcpy'))).toEqual([]);
    },
  );
});

describe.runIf(hasDevice)('compiling for onnx-webgpu', () => {
  it('names the operators that would be left to the processor', async () => {
    const program = smallProgram({ x: ['B', 3] }, ({ x }) => ({
      y: mul(x, cast(isFinite(x), 'float32')),
    }));
    await expect(compileWith({ ...webgpu, lowerings }, program)).rejects.toThrow(
      /expected every operator of the program "small" to run on the device, found .*: Or\n/,
    );
    await (await compileWith(webgpu, program)).dispose();
  });
});

/** Has sessions write a profile when they end. */
function profileInto(folder: string): void {
  const { create } = ort.InferenceSession;
  vi.spyOn(ort.InferenceSession, 'create').mockImplementation(((
    model: Uint8Array,
    options: ort.InferenceSession.SessionOptions,
  ) =>
    create.call(ort.InferenceSession, model, {
      ...options,
      enableProfiling: true,
      profileFilePrefix: join(folder, 'profile'),
    })) as typeof create);
}

/** Every node that ran in the sessions that have ended, with the types of what it took and gave. */
async function profiledNodes(
  folder: string,
): Promise<{ op: string; provider: string; types: readonly string[] }[]> {
  const files = await readdir(folder);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  return texts
    .flatMap((text) => JSON.parse(text) as ProfileEvent[])
    .filter(({ cat, name }) => cat === 'Node' && name.endsWith('_kernel_time'))
    .map(({ args }) => ({
      op: args.op_name,
      provider: args.provider,
      types: [...args.input_type_shape, ...args.output_type_shape].flatMap((each) => Object.keys(each)),
    }));
}

interface ProfileEvent {
  readonly cat: string;
  readonly name: string;
  readonly args: {
    readonly op_name: string;
    readonly provider: string;
    readonly input_type_shape: readonly Record<string, readonly number[]>[];
    readonly output_type_shape: readonly Record<string, readonly number[]>[];
  };
}

/** From now on, bytes of host tensors that go into sessions and come out of them, by name. */
function watchCrossings() {
  const crossings = { runs: 0, toDevice: new Map<string, number>(), toHost: new Map<string, number>() };
  const { prototype } = ort.InferenceSession as unknown as { prototype: ort.InferenceSession };
  const { run } = prototype;
  const count = (into: Map<string, number>, tensors: Readonly<Record<string, ort.OnnxValue>>) => {
    for (const [name, tensor] of Object.entries(tensors) as [string, ort.Tensor][])
      if (tensor.location === 'cpu') into.set(name, (tensor.data as Float32Array).byteLength);
  };
  vi.spyOn(prototype, 'run').mockImplementation(async function (
    this: ort.InferenceSession,
    ...given: Parameters<typeof run>
  ) {
    const outputs = await run.apply(this, given);
    crossings.runs++;
    count(crossings.toDevice, given[0]);
    count(crossings.toHost, outputs);
    return outputs;
  });
  return crossings;
}
