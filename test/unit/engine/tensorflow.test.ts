import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { executors } from '../../../src/engine/registry.ts';
import { deathsIn } from '../../../src/engine/tensorflow/graphRun.ts';
import { kernels } from '../../../src/engine/tensorflow/kernels.ts';
import { trainingPrograms } from '../../../src/program/training.ts';
import { rules } from '../../../src/trace/kernels.ts';
import { trace } from '../../../src/trace/trace.ts';
import { hasTensorflow } from '../../support/executorsHere.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';
import { tinyRun } from '../../support/tinyRun.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const LN = { ln_tuning: {} };

describe('the graph that TensorFlow runs', () => {
  it('has a kernel for every op that can be recorded', () => {
    // Identity is recorded as the value itself, zeros and ones as Fill.
    const aliases = ['Identity', 'ExpandDims', 'ZerosLike', 'OnesLike'];
    const recorded = Object.keys(rules).filter((op) => !aliases.includes(op));
    expect(Object.keys(kernels)).toEqual(expect.arrayContaining(recorded));
  });

  it('gives back every value once, after its last use, and no input, constant or output', () => {
    const programs = trainingPrograms(tinyAssembly({ use: LN }), plainSettings);
    if (!('step' in programs)) throw new Error('expected one program');
    const graph = trace(programs.step);
    const deaths = deathsIn(graph);
    const died = deaths.flat();
    expect(new Set(died).size).toBe(died.length);
    const outputs = new Set(graph.outputs.map(({ value }) => value));
    const made = graph.nodes.flatMap((node) => node.outputs);
    expect(new Set(died)).toEqual(new Set(made.filter((value) => !outputs.has(value))));
    const gone = new Set<number>();
    graph.nodes.forEach((node, n) => {
      expect(node.inputs.filter((value) => gone.has(value))).toEqual([]);
      for (const value of deaths[n]) gone.add(value);
    });
  });
});

describe.runIf(hasTensorflow)('a step on tensorflow', () => {
  it('keeps weights and state where it computes, and leaves nothing else behind', async () => {
    const assembly = tinyAssembly({ use: LN });
    const { run, frozen, state } = await tinyRun({ executorId: 'tensorflow', assembly });
    const feeds = tinyFeeds(assembly, plainSettings, { B: 2, S: 5 });
    await run('step', feeds);
    const before = tf.memory().numTensors;
    const uploads = vi.spyOn(tf.findBackend('tensorflow'), 'write');
    const downloads = vi.spyOn(
      tf.findBackend('tensorflow') as unknown as { readSync(): unknown },
      'readSync',
    );
    await run('step', { ...feeds });
    expect(tf.memory().numTensors).toBe(before);
    // Of the tensors that were moved, none is as large as a weight matrix: feeds, and sizes and axes of kernels.
    const largest = Math.max(...Object.values(feeds).map(({ data }) => data.length));
    const sizes = uploads.mock.calls.map(([values]) => (values as ArrayLike<number>).length);
    expect(Math.max(...sizes)).toBe(largest);
    // Results are scalars; indices are checked on the host before rows are gathered, feeds all.
    const read = downloads.mock.results.map(({ value }) => (value as ArrayLike<number>).length);
    expect(Math.max(...read)).toBeLessThanOrEqual(largest);
    frozen.dispose();
    state.dispose();
  });

  it('follows the reference for 20 steps, losses and trained tensors', async () => {
    const assembly = tinyAssembly({ use: LN });
    const settings = { ...plainSettings, adam_epsilon: 1e-4 };
    const curve = async (executorId: 'reference' | 'tensorflow') => {
      const { run, state } = await tinyRun({
        executorId,
        assembly,
        settings,
        weights: tinyWeights(assembly, settings),
      });
      const losses: number[] = [];
      for (let step = 0; step < 20; step++)
        losses.push((await run('step', tinyFeeds(assembly, settings, { B: 4, S: 6, step }))).loss.data[0]);
      return { losses, trained: await state.read(assembly.trained.map(({ name }) => name)) };
    };
    const expected = await curve('reference');
    const found = await curve('tensorflow');
    expect(Math.abs(expected.losses[0] - expected.losses[19])).toBeGreaterThan(1e-3);
    found.losses.forEach((loss, i) =>
      expect(Math.abs(loss / expected.losses[i] - 1), `step ${i}`).toBeLessThan(1e-5),
    );
    for (const [name, { data }] of expected.trained) {
      const other = found.trained.get(name)!.data;
      const scale = Math.max(1, ...data.map(Math.abs));
      data.forEach((x, i) => expect(Math.abs(other[i] - x) / scale, `${name}[${i}]`).toBeLessThan(1e-5));
    }
  });

  it('names the kernels that the package lacks', async () => {
    const executor = await executors.tensorflow();
    const erf = tf.getKernel('Erf', 'tensorflow')!;
    tf.unregisterKernel('Erf', 'tensorflow');
    try {
      const program = smallProgram({ x: ['B', 3] }, ({ x }) => ({ y: tf.erf(x) }));
      await expect((async () => executor.compile(program))()).rejects.toThrow(
        /expected a kernel for every operation of the program "small", found none for Erf\n/,
      );
    } finally {
      tf.registerKernel(erf);
    }
  });
});
