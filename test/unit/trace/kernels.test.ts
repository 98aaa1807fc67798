import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { keyOf, normals, uniformAt } from '../../../src/core/random.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor } from '../../../src/core/tensor.ts';
import type { ExecutorId } from '../../../src/engine/executor.ts';
import { executors } from '../../../src/engine/registry.ts';
import { NORMALIZE, normalize } from '../../../src/ops/normalize.ts';
import type { NamedTensors, Program } from '../../../src/program/program.ts';
import { rules } from '../../../src/trace/kernels.ts';
import { trace } from '../../../src/trace/trace.ts';
import { verify } from '../../../src/trace/verify.ts';
import { casesOn, comparedHere, DEVICE_TIMEOUT_MS } from '../../support/executorsHere.ts';
import { smallProgram } from '../../support/smallProgram.ts';

/** Sizes (B, S) at which nothing is recorded, one of which broadcasts by itself. */
const UNSEEN = [
  [1, 9],
  [6, 13],
];

type Inputs = Parameters<typeof smallProgram>[0];
/** `differentiated`: the inputs for which the gradient is tested too; of all float32 ones where it is left out. */
type Case = readonly [
  inputs: Inputs,
  run: (inputs: NamedTensors) => Tensor,
  differentiated?: readonly string[],
];

/** Kernels whose gradients the project has of its own or does not need: TensorFlow.js' take kernels that are not recorded. */
const still = (list: readonly Case[]): Case[] => list.map(([inputs, run]) => [inputs, run, []]);

const matrix: Inputs = { x: ['B', 'S'] };
const pair: Inputs = { x: ['B', 'S'], z: ['B', 'S'] };

/** Kernels of one operand; `positive`: only there are they defined. */
const unary = (op: (x: Tensor) => Tensor, { positive = false } = {}): Case[] => [
  [matrix, ({ x }) => op(positive ? tf.add(tf.square(x), 0.1) : x)],
];

/** Kernels of two operands of equal shape, and with a row, a column, a scalar and a new axis on either side. */
const binary = (op: (a: Tensor, b: Tensor) => Tensor): Case[] => [
  [pair, ({ x, z }) => op(x, z)],
  [{ x: ['B', 'S'], z: ['S'] }, ({ x, z }) => op(x, z)],
  [{ x: ['B', 1], z: ['B', 'S'] }, ({ x, z }) => op(x, z)],
  [{ x: ['B', 1, 'S'], z: [3, 1] }, ({ x, z }) => op(x, z)],
  [{ x: [], z: ['B', 'S'] }, ({ x, z }) => op(x, z)],
];

const comparison = (op: (a: Tensor, b: Tensor) => Tensor): Case[] =>
  // Rounded, so that some are equal.
  still(binary((a, b) => tf.cast(op(tf.cast(a, 'int32'), tf.cast(b, 'int32')), 'float32')));

const reduction = (op: (x: Tensor, axes?: number[], keepDims?: boolean) => Tensor): Case[] => [
  [matrix, ({ x }) => op(x)],
  [matrix, ({ x }) => op(x, [1])],
  [matrix, ({ x }) => op(x, [-2], true)],
  [{ x: ['B', 4, 'S'] }, ({ x }) => op(x, [2, 0])],
];

const cases: Readonly<Record<string, readonly Case[]>> = {
  Erf: unary(tf.erf),
  Exp: unary(tf.exp),
  Log: unary(tf.log, { positive: true }),
  Neg: unary(tf.neg),
  Relu: unary(tf.relu),
  Rsqrt: still(unary(tf.rsqrt, { positive: true })),
  Sqrt: unary(tf.sqrt, { positive: true }),
  Square: unary(tf.square),
  Step: unary(tf.step),
  Tanh: unary(tf.tanh),
  IsFinite: [
    [matrix, ({ x }) => tf.cast(tf.isFinite(tf.div(x, tf.relu(x))), 'float32'), []], // 0 / 0 and x / 0 among them
  ],
  Add: [...binary(tf.add), [{ i: ['B', 'S'], i2: ['S'] }, ({ i, i2 }) => tf.add(i, i2)]],
  Sub: [...binary(tf.sub), [{ i: ['B', 'S'], i2: ['S'] }, ({ i, i2 }) => tf.sub(i, i2)]],
  Multiply: binary(tf.mul),
  RealDiv: binary((a, b) => tf.div(a, tf.add(tf.square(b), 1))),
  Maximum: still(binary(tf.maximum)),
  Minimum: still(binary(tf.minimum)),
  Equal: comparison(tf.equal),
  GreaterEqual: comparison(tf.greaterEqual),
  LogicalAnd: still(
    binary((a, b) => tf.cast(tf.logicalAnd(tf.greaterEqual(a, 0), tf.greaterEqual(b, 0)), 'float32')),
  ),
  Select: still([
    [pair, ({ x, z }) => tf.where(tf.greaterEqual(x, 0), z, x)],
    [pair, ({ x, z }) => tf.where(tf.greaterEqual(tf.sum(z), 0), z, x)],
  ]),
  Cast: [
    [matrix, ({ x }) => tf.cast(tf.mul(x, 3), 'int32')],
    [{ i: ['B', 'S'] }, ({ i }) => tf.cast(i, 'float32')],
    [matrix, ({ x }) => tf.cast(tf.greaterEqual(x, 0), 'float32')],
  ],
  Identity: [[matrix, ({ x }) => tf.add(tf.clone(x), 1)]],
  Softmax: [
    [matrix, ({ x }) => tf.softmax(x)],
    [{ x: ['B', 2, 'S'] }, ({ x }) => tf.softmax(tf.mul(x, 30))],
  ],
  [NORMALIZE]: still([
    [{ x: ['B', 7] }, ({ x }) => normalize(x, 1e-12)[0]],
    [{ x: ['B', 7] }, ({ x }) => normalize(x, 0.5)[1]],
  ]),
  Sum: reduction(tf.sum),
  Mean: [
    [{ x: ['B', 'S', 6] }, ({ x }) => tf.mean(x, -1)],
    [{ x: ['B', 'S', 6] }, ({ x }) => tf.mean(x, 2, true)],
  ],
  Max: reduction(tf.max),
  BatchMatMul: [
    [{ x: ['B', 'S'], z: ['S', 5] }, ({ x, z }) => tf.matMul(x, z)],
    [{ x: ['S', 'B'], z: [5, 'S'] }, ({ x, z }) => tf.matMul(x, z, true, true)],
    [{ x: ['B', 3, 'S', 4], z: ['B', 3, 'S', 4] }, ({ x, z }) => tf.matMul(x, z, false, true)],
    [{ x: ['B', 'S', 4], z: ['B', 'S', 5] }, ({ x, z }) => tf.matMul(x, z, true)],
    [{ x: ['B', 'S', 4], z: [1, 4, 5] }, ({ x, z }) => tf.matMul(x, z), ['x']],
    [{ x: ['S', 4], z: ['B', 4, 5] }, ({ x, z }) => tf.matMul(tf.expandDims(x, 0), z), ['z']],
  ],
  Reshape: [
    [{ x: ['B', 'S', 6] }, ({ x }) => tf.reshape(x, [x.shape[0] * x.shape[1]!, 2, 3])],
    [{ x: ['B', 'S', 6] }, ({ x }) => tf.reshape(x, [x.shape[0], -1])],
  ],
  ExpandDims: [
    [matrix, ({ x }) => tf.expandDims(x, 1)],
    [matrix, ({ x }) => tf.expandDims(x, -1)],
  ],
  Transpose: [
    [matrix, ({ x }) => tf.transpose(x)],
    [{ x: ['B', 'S', 2, 3] }, ({ x }) => tf.transpose(x, [0, 2, 1, 3])],
  ],
  Slice: [
    [{ x: [16, 3], z: ['S'] }, ({ x, z }) => tf.slice(x, [0, 0], [z.shape[0], 3]), ['x']],
    [{ x: ['B', 'S', 2] }, ({ x }) => tf.slice(x, [0, 1, 1], [-1, -1, 1])],
    [matrix, ({ x }) => tf.slice(x, [0, x.shape[1]! - 2], [-1, 2])],
  ],
  PadV2: [
    [
      { x: ['B', 2] },
      ({ x }) =>
        tf.pad(
          x,
          [
            [0, x.shape[0]],
            [1, 2],
          ],
          7,
        ),
    ],
  ],
  Tile: [
    [matrix, ({ x }) => tf.tile(x, [2, 3])],
    [{ x: [1, 4], z: ['B'] }, ({ x, z }) => tf.tile(x, [z.shape[0], 1]), []],
  ],
  Concat: still([
    [{ x: ['B', 3], z: ['B', 'S'] }, ({ x, z }) => tf.concat([x, z], -1)],
    [{ x: ['B', 3], z: ['S', 3] }, ({ x, z }) => tf.concat([x, z, x], 0)],
    [{ i: ['B', 1, 3], i2: ['B', 1, 'S'] }, ({ i, i2 }) => tf.concat([i, i2], 2)],
    [matrix, ({ x }) => tf.add(tf.concat([x], 0), 1)],
  ]),
  UnsortedSegmentSum: still([
    [{ x: ['B', 4], i: ['B'] }, ({ x, i }) => tf.unsortedSegmentSum(x, i as tf.Tensor1D, 6)],
    [{ x: [5, 4], i: ['B', 'S'] }, ({ x, i }) => tf.grad((t) => tf.sum(tf.square(tf.gather(t, i))))(x)],
  ]),
  GatherV2: [
    [{ x: [5, 4], i: ['B', 'S'] }, ({ x, i }) => tf.gather(x, i)],
    [{ x: [5], i: ['S'] }, ({ x, i }) => tf.gather(x, i)],
  ],
  Fill: [[matrix, ({ x }) => tf.add(x, tf.fill([x.shape[0], 1], 2.5))]],
  Range: [
    [matrix, ({ x }) => tf.add(x, tf.range(0, x.shape[1]!))],
    [{ i: ['B', 1] }, ({ i }) => tf.add(i, tf.range(1, 9, 2, 'int32'))],
    [matrix, ({ x }) => tf.add(x, tf.range(x.shape[0], x.shape[0] + x.shape[1]!))],
    [
      { x: ['B', 'S'] },
      ({ x: { shape } }) => tf.range(2 * shape[0], 2 * shape[0] + 3 * shape[1]!, 3, 'int32'),
      [],
    ],
  ],
  ZerosLike: [[matrix, ({ x }) => tf.add(x, tf.zerosLike(x))]],
  OnesLike: [[matrix, ({ x }) => tf.add(x, tf.onesLike(x))]],
};

it('every kernel that can be recorded is tested here', () => {
  expect(Object.keys(cases).sort()).toEqual(Object.keys(rules).sort());
});

const all = Object.entries(cases).flatMap(([kernel, list]) =>
  list.flatMap(([inputs, run, differentiated], i) => {
    const value = smallProgram(inputs, (given) => ({ y: run(given) }));
    const of = differentiated ?? Object.keys(inputs).filter((name) => !name.startsWith('i'));
    const name = `${kernel} ${i + 1}`;
    return [
      { name, program: value, isFirst: true },
      ...(of.length === 0
        ? []
        : [{ name: `gradient of ${name}`, program: gradientOf(inputs, run, of), isFirst: i === 0 }]),
    ];
  }),
);

/** Of the sum of squares, so that each element has a weight of its own. */
function gradientOf(inputs: Inputs, run: Case[1], names: readonly string[]): Program {
  const f =
    (given: NamedTensors) =>
    (...xs: Tensor[]) =>
      tf.sum(tf.square(run({ ...given, ...Object.fromEntries(names.map((name, k) => [name, xs[k]])) })));
  return smallProgram(
    inputs,
    (given) =>
      Object.fromEntries(
        tf
          .grads(f(given))(names.map((name) => given[name]))
          .map((gradient, k) => [`d${names[k]}`, gradient]),
      ),
    names.map((name) => `d${name}`),
  );
}

describe.each(comparedHere)('recorded, and run on %s', { timeout: DEVICE_TIMEOUT_MS }, (id) => {
  it.each(casesOn(id, all, ({ isFirst }) => isFirst))('$name', async ({ program }) => {
    expect(verify(trace(program), UNSEEN)).toEqual([]);
    const [expected, found] = [await outcomes('reference', program), await outcomes(id, program)];
    expected.forEach(([name, { dtype, shape, data }], i) => {
      const [, other] = found[i];
      expect([other.dtype, other.shape]).toEqual([dtype, shape]);
      const scale = Math.max(1, ...data.map(Math.abs));
      data.forEach((x, k) => expect(Math.abs(other.data[k] - x) / scale, `${name}[${k}]`).toBeLessThan(1e-5));
    });
  });
});

/** The results at each of the sizes. */
async function outcomes(id: ExecutorId, program: Program): Promise<[string, HostTensor][]> {
  const executor = await executors[id]();
  const executable = await executor.compile(program);
  const [frozen, state] = [executor.store(new Map()), executor.store(new Map())];
  const results: [string, HostTensor][] = [];
  for (const [B, S] of UNSEEN) {
    const feeds = Object.fromEntries(program.inputs.map((input) => [input.name, valueFor(input, { B, S })]));
    results.push(...Object.entries(await executable.run({ frozen, state, feeds })));
  }
  await executable.dispose();
  return results;
}

/** Normal numbers, a few of them exactly 0; integers from 0 to 4. */
function valueFor(
  { name, dtype, shape }: Program['inputs'][number],
  symbols: Readonly<Record<string, number>>,
): HostTensor {
  const sizes = shape.map((size) => (typeof size === 'number' ? size : symbols[size]));
  const [key, count] = [keyOf(name), sizeOf(sizes)];
  if (dtype === 'int32')
    return intTensor(
      sizes,
      Int32Array.from({ length: count }, (_, i) => Math.floor(uniformAt(key, i) * 5)),
    );
  return floatTensor(
    sizes,
    normals(key, count).map((x, i) => (i % 11 === 5 ? 0 : x)),
  );
}
