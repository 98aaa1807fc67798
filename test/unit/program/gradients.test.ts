import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { keyOf, normals } from '../../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensors } from '../../../src/core/tensor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { trainingPrograms } from '../../../src/program/training.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyWeights } from '../../support/tinyModel.ts';

const layerNorm = vi.hoisted(() => ({ isWrong: false }));

/** A LayerNorm that can be made to forget, in its gradient, that the variance depends on x. */
vi.mock(import('../../../src/ops/layerNorm.ts'), async (original) => {
  const { layerNorm: right } = await original();
  const wrong: typeof right = (x, gain, bias, eps) => {
    const deviation = tf.sqrt(tf.add(tf.moments(x, -1, true).variance, eps));
    const constant = tf.customGrad((t) => ({
      value: (t as Tensor).clone(),
      gradFunc: (dy: Tensor) => tf.zerosLike(dy),
    }));
    return tf.add(tf.mul(tf.div(tf.sub(x, tf.mean(x, -1, true)), constant(deviation)), gain), bias);
  };
  return { layerNorm: (...given) => (layerNorm.isWrong ? wrong : right)(...given) };
});

/**
 * Worst relative error, over the trained tensors, of the slope along a random direction against finite differences.
 * Dropout and label smoothing are on: masks depend on the feeds alone. The slope is taken at steps h and h / 2 and
 * extrapolated (Richardson), which leaves an error of order h⁴ beside rounding of about 1e-7 / h.
 */
async function worstSlopeError(pooling: string): Promise<number> {
  const settings = { ...plainSettings, gradient_accumulation_steps: 2 };
  const assembly = tinyAssembly({
    use: { ln_tuning: {} },
    pooling,
    missing: ['pooler.dense.weight', 'pooler.dense.bias'],
  });
  const programs = trainingPrograms(assembly, settings);
  if (!('accumulate' in programs)) throw new Error('expected programs that accumulate');
  const executor = await executors.reference();
  const accumulate = await executor.compile(programs.accumulate);
  const { frozen, state } = tinyWeights(assembly, settings);
  const frozenStore = executor.store(frozen);
  const feeds = tinyFeeds(assembly, settings, { B: 5, S: 7 });
  const run = async (changed: HostTensors): Promise<HostTensors> => {
    const store = executor.store(new Map([...state, ...changed]));
    await accumulate.run({ frozen: frozenStore, state: store, feeds });
    return store.read();
  };

  const gradients = await run(new Map());
  let worst = 0;
  for (const { name, shape } of assembly.trained) {
    const direction = unit(normals(keyOf('direction', name), sizeOf(shape)));
    const values = state.get(name)!.data;
    const lossAt = async (distance: number) => {
      const moved = floatTensor(
        shape,
        direction.map((x, i) => values[i] + distance * x),
      );
      return (await run(new Map([[name, moved]]))).get('loss_sum')!.data[0];
    };
    const difference = async (h: number) => ((await lossAt(h)) - (await lossAt(-h))) / (2 * h);
    const [coarse, fine] = [await difference(0.1), await difference(0.05)];
    const expected = (4 * fine - coarse) / 3;
    const gradient = gradients.get(`gradient_sum/${name}`)!.data;
    const slope = direction.reduce((sum, x, i) => sum + x * gradient[i], 0);
    worst = Math.max(worst, Math.abs(slope - expected) / norm(gradient));
  }
  return worst;
}

describe.each(['model', 'mean'])('gradients of gains, biases and head, pooling %s', (pooling) => {
  it('equal finite differences', async () => {
    expect(await worstSlopeError(pooling)).toBeLessThan(1e-4);
  });

  it('do not if one rule is wrong', async () => {
    layerNorm.isWrong = true;
    expect(await worstSlopeError(pooling)).toBeGreaterThan(1e-2);
    layerNorm.isWrong = false;
  });
});

function norm(vector: ArrayLike<number>): number {
  return Math.hypot(...Array.from(vector));
}

function unit(vector: Float32Array): Float32Array {
  const length = norm(vector);
  return vector.map((x) => x / length);
}
