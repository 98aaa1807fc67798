import { cast, isFinite, matMul, mul } from '@tensorflow/tfjs-core';
import * as ort from 'onnxruntime-node';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { floatTensor, type HostTensor, type HostTensors } from '../../../src/core/tensor.ts';
import type { Placement } from '../../../src/engine/executor.ts';
import { hostStore } from '../../../src/engine/hostStore.ts';
import { executors } from '../../../src/engine/registry.ts';
import { lowerings } from '../../../src/engine/onnx/lowerings.ts';
import { webgpu } from '../../../src/engine/onnx/onnxWebgpu.ts';
import { compileWith } from '../../../src/engine/onnx/session.ts';
import { trainingPrograms, type StepSettings } from '../../../src/program/training.ts';
import { casesOn, DEVICE_TIMEOUT_MS, hasDevice } from '../../support/executorsHere.ts';
import { methodExamples, oneExampleEach, unionExamples } from '../../support/methodExamples.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun, type Feeds } from '../../support/tinyRun.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const timeout = DEVICE_TIMEOUT_MS;

const cases = casesOn('onnx-webgpu', [...methodExamples, ...unionExamples], ({ name }) =>
  oneExampleEach.some((each) => each.name === name),
);

describe.runIf(hasDevice)('a step on onnx-webgpu', { timeout }, () => {
  it.each(cases)(
    'moves feeds and results alone after the first, and leaves sizes alone to the processor: $name',
    async ({ use }) => {
      const assembly = tinyAssembly({ use });
      const programs = trainingPrograms(assembly, plainSettings);
      if (!('step' in programs)) throw new Error('expected one program');
      const placements: Placement[] = [];
      const executor = await executors['onnx-webgpu']({ onPlacement: (_, each) => placements.push(each) });
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
      expect(placements).toHaveLength(1);
      const [{ device, processor }] = placements;
      expect(Object.values(device).reduce((sum, each) => sum + each, 0)).toBeGreaterThan(100);
      expect(Object.keys(device)).toEqual(
        expect.arrayContaining(['MatMul', 'LayerNormalization', 'Softmax']),
      );
      expect(['Add', 'Concat', 'Mul']).toEqual(expect.arrayContaining(Object.keys(processor)));
    },
  );
});

describe.runIf(hasDevice)(
  'bytes that a training on onnx-webgpu moves between host and device',
  { timeout },
  () => {
    const schemes: { name: string; settings: StepSettings; step: readonly string[] }[] = [
      { name: 'one batch a step', settings: plainSettings, step: ['step'] },
      {
        name: 'two batches a step',
        settings: { ...plainSettings, gradient_accumulation_steps: 2 },
        step: ['accumulate', 'accumulate', 'apply'],
      },
    ];
    it.each(schemes)('$name', async ({ settings, step }) => {
      const assembly = tinyAssembly();
      const weights = tinyWeights(assembly, settings);
      const [frozen, state] = [weights.frozen, weights.state].map(bytesOf);
      const { run, state: store } = await tinyRun({ executorId: 'onnx-webgpu', settings, assembly, weights });
      const feeds = tinyFeeds(assembly, settings, { B: 3, S: 7 });
      const crossings = watchCrossings();
      const moved = () => crossings.take();
      /** Runs programs; what they moved beside feeds and results. */
      const besides = async (programs: readonly string[], given: Feeds) => {
        let results = 0;
        for (const program of programs)
          results += bytesOf(new Map(Object.entries(await run(program, given))));
        const { toDevice, toHost, fed } = moved();
        expect(fed).toBeLessThanOrEqual(programs.length * bytesOf(new Map(Object.entries(given))));
        return { toDevice: toDevice - fed, toHost: toHost - results };
      };
      const nothing = { toDevice: 0, toHost: 0 };

      expect(await besides(step, feeds)).toEqual({ toDevice: frozen + state, toHost: 0 });
      for (let again = 0; again < 3; again++) expect(await besides(step, feeds)).toEqual(nothing);
      expect(await besides(['evaluate'], feeds)).toEqual(nothing);

      // A checkpoint takes each once from the device; a save of the adapter its tensors alone.
      const trained = assembly.trained.map(({ name }) => name);
      expect(bytesOf(await store.read())).toBe(state);
      expect(moved()).toEqual({ toDevice: 0, toHost: state, fed: 0 });
      const read = await store.read(trained);
      expect(moved()).toEqual({ toDevice: 0, toHost: bytesOf(read), fed: 0 });
      expect(await besides(step, feeds)).toEqual(nothing);

      // A resumed run writes what it read.
      await store.write(read);
      expect(await besides(step, feeds)).toEqual({ toDevice: bytesOf(read), toHost: 0 });
      expect(await besides(step, feeds)).toEqual(nothing);
    });
  },
);

describe.runIf(hasDevice)('operators that the provider lacks', { timeout }, () => {
  it('are named when a program is compiled, if tensors would be copied for them', async () => {
    const program = smallProgram({ x: ['B', 3] }, ({ x }) => ({
      y: mul(x, cast(isFinite(x), 'float32')),
    }));
    await expect(compileWith({ ...webgpu, lowerings }, program)).rejects.toThrow(
      /expected every operator of the program "small" to run on the device, found .*: Or\n/,
    );
    await (await compileWith(webgpu, program)).dispose();
  });

  it('are named when it first runs, if they take inputs and give results alone', async () => {
    const program = smallProgram({ x: ['B', 3, 2], z: ['B', 3, 2] }, ({ x, z }) => ({
      y: matMul(x, z, true),
    }));
    const feeds = {
      x: floatTensor([1, 3, 2], [1, 2, 3, 4, 5, 6]),
      z: floatTensor([1, 3, 2], [1, 0, 0, 1, 1, 1]),
    };
    const empty = (): HostTensors => new Map();
    const provider = { ...webgpu, tensorsOf: () => Promise.resolve(empty() as never) };
    const inputs = { frozen: hostStore(empty()), state: hostStore(empty()), feeds };
    const lacking = await compileWith({ ...provider, lowerings }, program);
    await expect(lacking.run(inputs)).rejects.toThrow(/the program "small" .*: FusedMatMul\n/);
    await lacking.dispose();
    const written = await compileWith(provider, program);
    expect([...(await written.run(inputs)).y.data]).toEqual([6, 8, 8, 10]);
    await written.dispose();
  });
});

function bytesOf(tensors: ReadonlyMap<string, HostTensor>): number {
  return [...tensors.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
}

/** From now on, bytes of host tensors that go into sessions and come out of them, by name. */
function watchCrossings() {
  const crossings = {
    runs: 0,
    toDevice: new Map<string, number>(),
    toHost: new Map<string, number>(),
    /** Sums since the last call. Whatever is not named as the copying sessions name it is a feed. */
    take: () => {
      const sum = (of: Iterable<number>) => [...of].reduce((total, each) => total + each, 0);
      const { toDevice, toHost } = crossings;
      const fed = sum([...toDevice].filter(([name]) => name !== COPIED).map(([, bytes]) => bytes));
      const taken = { toDevice: sum(toDevice.values()), toHost: sum(toHost.values()), fed };
      toDevice.clear();
      toHost.clear();
      return taken;
    },
  };
  const { prototype } = ort.InferenceSession as unknown as { prototype: ort.InferenceSession };
  const { run } = prototype;
  const count = (into: Map<string, number>, tensors: Readonly<Record<string, ort.OnnxValue>>) => {
    for (const [name, tensor] of Object.entries(tensors) as [string, ort.Tensor][])
      if (tensor.location === 'cpu')
        into.set(name, (into.get(name) ?? 0) + (tensor.data as Float32Array).byteLength);
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

/** The input of the session that copies a tensor to the device (deviceCopy.ts). */
const COPIED = 'x';
