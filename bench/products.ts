import { matMul, slice, transpose, type Tensor } from '@tensorflow/tfjs-core';
import { keyOf, normals } from '../src/core/random.ts';
import { floatTensor, sizeOf } from '../src/core/tensor.ts';
import type { Executor } from '../src/engine/executor.ts';
import type { Program } from '../src/program/program.ts';

/** Ways to write x Wᵀ for W (out, in), and x W for W (in, out). */
const WAYS: Readonly<Record<string, { transposed: boolean; product(x: Tensor, w: Tensor): Tensor }>> = {
  transposed: { transposed: true, product: (x, w) => matMul(x, w, false, true) },
  transposedBefore: { transposed: true, product: (x, w) => matMul(x, transpose(w)) },
  plain: { transposed: false, product: (x, w) => matMul(x, w) },
};

const PAIRS = 10;

/** GFLOP/s of float32 products (rows, d) x (d, f), in chains of 2 x PAIRS products there and back, by the way they are written. */
export async function productRates(
  executor: Executor,
  rows: number,
  [d, f]: readonly [number, number],
): Promise<Record<string, number>> {
  const rates: Record<string, number> = {};
  for (const [way, { transposed, product }] of Object.entries(WAYS)) {
    const there = transposed ? [f, d] : [d, f];
    const program: Program = {
      name: 'products',
      inputs: [
        { name: 'x', role: 'frozen', dtype: 'float32', shape: [rows, d] },
        { name: 'there', role: 'frozen', dtype: 'float32', shape: there },
        { name: 'back', role: 'frozen', dtype: 'float32', shape: [...there].reverse() },
      ],
      results: ['corner'],
      limits: {},
      run: ({ x, there: one, back }) => {
        for (let pair = 0; pair < PAIRS; pair++) x = product(product(x, one), back);
        return { corner: slice(x, [0, 0], [1, 1]) };
      },
    };
    const random = (name: string, shape: readonly number[]) => {
      const values = normals(keyOf(name), sizeOf(shape)).map((x) => x / Math.sqrt(shape[1]));
      return [name, floatTensor(shape, values)] as const;
    };
    const frozen = executor.store(
      new Map([random('x', [rows, d]), random('there', there), random('back', [...there].reverse())]),
    );
    const state = executor.store(new Map());
    const executable = await executor.compile(program);
    const times: number[] = [];
    for (let run = 0; run < 6; run++) {
      const started = performance.now();
      await executable.run({ frozen, state, feeds: {} });
      times.push(performance.now() - started);
    }
    rates[way] = (PAIRS * 4 * rows * d * f) / Math.min(...times) / 1e6;
    await executable.dispose();
    frozen.dispose();
  }
  return rates;
}
