import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it, vi } from 'vitest';
import { keyOf, normals } from '../../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensors } from '../../../src/core/tensor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { architectures } from '../../../src/models/registry.ts';
import type { Assembly } from '../../../src/program/assembly.ts';
import { trainingPrograms } from '../../../src/program/training.ts';
import { methodExamples } from '../../support/methodExamples.ts';
import { plainSettings, tinyAssembly, tinyFeeds, tinyModels, tinyWeights } from '../../support/tinyModel.ts';

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

/** Rounding of the loss leaves differences that are wrong by some 1e-6; smaller gradients are compared on this scale. */
const LEAST_NORM = 0.05;

/**
 * Worst relative error, over the trained tensors, of the slope along a direction against finite differences.
 * Dropout and label smoothing are on: masks depend on the feeds alone. The slope is taken at steps h and h / 2 and
 * extrapolated (Richardson), which leaves an error of order h⁴ beside rounding of about 1e-7 / h.
 */
async function worstSlopeError(assembly: Assembly): Promise<number> {
  const settings = { ...plainSettings, gradient_accumulation_steps: 2 };
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
  const gradientOf = (name: string) => gradients.get(`gradient_sum/${name}`)!.data;
  let worst = 0;
  for (const { name, shape } of assembly.trained) {
    const gradient = gradientOf(name);
    const direction = direct(normals(keyOf('direction', name), sizeOf(shape)), gradient);
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
    const slope = direction.reduce((sum, x, i) => sum + x * gradient[i], 0);
    worst = Math.max(worst, Math.abs(slope - expected) / Math.max(norm(gradient), LEAST_NORM));
  }
  return worst;
}

const heads = tinyModels.flatMap((model) => ['model', 'mean'].map((pooling) => ({ ...model, pooling })));

describe.each(heads)('gradients of gains, biases and head: $architecture, pooling $pooling', (model) => {
  const { config, pooling, architecture } = model;
  const assembly = tinyAssembly({
    config,
    use: { ln_tuning: {} },
    pooling,
    missing: [...architectures[architecture].sequenceHead.ofBase],
  });

  it('equal finite differences', async () => {
    expect(await worstSlopeError(assembly)).toBeLessThan(1e-4);
  });

  it('do not if one rule is wrong', async () => {
    layerNorm.isWrong = true;
    expect(await worstSlopeError(assembly)).toBeGreaterThan(1e-2);
    layerNorm.isWrong = false;
  });
});

const cases = tinyModels.flatMap((model) => methodExamples.map((example) => ({ ...model, ...example })));

describe.each(cases)('gradients of $name: $architecture', ({ config, use }) => {
  const assembly = tinyAssembly({ config, use });

  it('equal finite differences', async () => {
    expect(await worstSlopeError(assembly)).toBeLessThan(1e-4);
  });

  if (assembly.methods.every(({ method }) => method.hooks === undefined)) return;
  it('do not if those behind its tensors are a tenth too large', async () => {
    const wrong: Assembly = {
      ...assembly,
      hooks: (parameters, dropout) => assembly.hooks((name) => withWrongGradient(parameters(name)), dropout),
    };
    expect(await worstSlopeError(wrong)).toBeGreaterThan(1e-2);
  });
});

function withWrongGradient(tensor: Tensor): Tensor {
  const op = tf.customGrad((t) => ({
    value: (t as Tensor).clone(),
    gradFunc: (dy: Tensor) => tf.mul(dy, 1.1),
  }));
  return op(tensor);
}

function norm(vector: ArrayLike<number>): number {
  return Math.hypot(...Array.from(vector));
}

/** A random direction that goes half along the gradient, so that the slope is never small beside it. */
function direct(random: Float32Array, gradient: ArrayLike<number>): Float32Array {
  const [a, b] = [norm(random), norm(gradient)];
  const sum = random.map((x, i) => x / a + gradient[i] / b);
  const length = norm(sum);
  return sum.map((x) => x / length);
}
