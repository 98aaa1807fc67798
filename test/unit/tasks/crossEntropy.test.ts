import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { normals } from '../../../src/core/random.ts';
import '../../../src/ops/gradients.ts';
import { crossEntropy } from '../../../src/tasks/crossEntropy.ts';

const B = 5;
const C = 3;
const values = normals(3, B * C).map((x) => 2 * x);
const targets = [0, 2, 1, 1, 0];

/** Transformers' LabelSmoother for one example, in float64. */
function expected(logits: readonly number[], target: number, smoothing: number): number {
  const total = Math.log(logits.reduce((sum, x) => sum + Math.exp(x), 0));
  const losses = logits.map((x) => total - x);
  return (1 - smoothing) * losses[target] + (smoothing * losses.reduce((sum, x) => sum + x)) / logits.length;
}

const row = (i: number) => Array.from(values.slice(i * C, (i + 1) * C));
const targetTensor = () => tf.tensor1d(targets, 'int32');

it.each([0, 0.1, 0.7])('is the smoothed loss of each example: %d', async (smoothing) => {
  const loss = await crossEntropy(tf.tensor2d(values, [B, C]), targetTensor(), smoothing).data();
  targets.forEach((target, i) => expect(loss[i]).toBeCloseTo(expected(row(i), target, smoothing), 5));
});

it.each([0, 0.1])('has the gradient that finite differences have: smoothing %d', async (smoothing) => {
  const dy = [1, -2, 0.5, 3, 0];
  const gradient = tf.grad((logits) => crossEntropy(logits, targetTensor(), smoothing));
  const found = await gradient(tf.tensor2d(values, [B, C]), tf.tensor1d(dy)).data();
  const h = 1e-4;
  for (let i = 0; i < B * C; i++) {
    const example = Math.floor(i / C);
    const moved = (by: number) =>
      expected(
        row(example).map((x, c) => (c === i % C ? x + by : x)),
        targets[example],
        smoothing,
      );
    expect(found[i]).toBeCloseTo((dy[example] * (moved(h) - moved(-h))) / (2 * h), 5);
  }
});

it('stays finite for large logits', async () => {
  const logits = tf.tensor2d([1e4, -1e4, 0, -1e4, 1e4, 0], [2, 3]);
  const hot = tf.tensor1d([0, 0], 'int32');
  expect(Array.from(await crossEntropy(logits, hot, 0).data(), Math.abs)).toEqual([0, 2e4]);
  const gradient = tf.grad((x) => crossEntropy(x, hot, 0))(logits, tf.tensor1d([1, 1]));
  expect(Array.from(await gradient.data())).toEqual([0, 0, 0, -1, 1, 0]);
});
