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

/**
 * Everything in this file is computed in double precision, which the reference executor does where its arrays have it. In single precision
 * a difference is lost in rounding where the gradient is small, and else takes a step so wide that the loss bends, or a ReLU of a head has its kink in it.
 */
const layerNorm = vi.hoisted(() => {
  globalThis.Float32Array = Float64Array as unknown as Float32ArrayConstructor;
  return { isWrong: false };
});

const executor = await executors.reference();
// Node's own check takes an array of double precision for none.
tf.env().platform.isTypedArray = (a): a is Float32Array | Int32Array | Uint8Array | Uint8ClampedArray =>
  ArrayBuffer.isView(a);

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

/** Step on either side: the difference is wrong by some h² of the loss's third derivative, and by rounding of some 1e-16 / h. */
const STEP = 1e-4;

/** The least scale of comparison: the loss does not depend on the keys' biases, so that their gradients are rounding alone. */
const LEAST_NORM = 1e-5;

/** GELU's gradient is exact, but its value is not: TensorFlow.js has erf to 1.5e-7, by Abramowitz and Stegun's formula 7.1.26. */
const TOLERANCE = 1e-5;

/**
 * Worst relative error, over the trained tensors, of the slope along a direction against finite differences.
 * Dropout and label smoothing are on: masks depend on the feeds alone.
 */
async function worstSlopeError(assembly: Assembly): Promise<number> {
  const settings = { ...plainSettings, gradient_accumulation_steps: 2 };
  const programs = trainingPrograms(assembly, settings);
  if (!('accumulate' in programs)) throw new Error('expected programs that accumulate');
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
    const expected = ((await lossAt(STEP)) - (await lossAt(-STEP))) / (2 * STEP);
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
    expect(await worstSlopeError(assembly)).toBeLessThan(TOLERANCE);
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
    expect(await worstSlopeError(assembly)).toBeLessThan(TOLERANCE);
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

/** A direction half random and half along the gradient, less than a right angle apart, so that the slope is never small beside it. */
function direct(random: Float32Array, gradient: ArrayLike<number>): Float32Array {
  const towards = random.reduce((sum, x, i) => sum + x * gradient[i], 0) < 0 ? -1 : 1;
  const [a, b] = [towards * norm(random), norm(gradient)];
  const sum = random.map((x, i) => x / a + gradient[i] / b);
  const length = norm(sum);
  return sum.map((x) => x / length);
}
