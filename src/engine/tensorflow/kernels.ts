import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { NORMALIZE } from '../../ops/normalize.ts';
import type { RecordedDType } from '../../trace/graph.ts';

/** Attributes of a node with its sizes as numbers. */
export type Attributes = Readonly<Record<string, number | boolean | string | readonly number[]>>;

/** One op of a graph on TensorFlow's backend. */
export interface Kernel {
  /** The backend's kernels that it calls, by the names under which TensorFlow.js has them. */
  readonly needs: readonly string[];
  /** `dtype`: of the results. */
  run(operands: readonly Tensor[], attributes: Attributes, dtype: RecordedDType): Tensor[];
}

/** By the op's name in graphs. Attributes there are in the normal form of trace/kernels.ts. */
export const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwise(['Erf', 'Exp', 'Log', 'Neg', 'Relu', 'Rsqrt', 'Sqrt', 'Square', 'Tanh', 'IsFinite'], ['x']),
  ...elementwise(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'], ['a', 'b']),
  ...elementwise(['Equal', 'GreaterEqual', 'LogicalAnd'], ['a', 'b']),
  ...elementwise(['Select'], ['condition', 't', 'e']),
  ...elementwise(['Softmax'], ['logits']),

  Step: kernel('Step', ['x'], () => ({ alpha: 0 })),
  Cast: kernel('Cast', ['x'], (_, dtype) => ({ dtype })),

  Sum: kernel('Sum', ['x'], ({ axes, keepDims }) => ({ axis: axes, keepDims })),
  Mean: kernel('Mean', ['x'], ({ axes, keepDims }) => ({ axis: axes, keepDims })),
  Max: kernel('Max', ['x'], ({ axes, keepDims }) => ({ reductionIndices: axes, keepDims })),

  BatchMatMul: kernel('BatchMatMul', ['a', 'b'], ({ transposeA, transposeB }) => ({
    transposeA,
    transposeB,
  })),

  Reshape: kernel('Reshape', ['x'], ({ shape }) => ({ shape })),
  Transpose: kernel('Transpose', ['x'], ({ perm }) => ({ perm })),
  Slice: kernel('Slice', ['x'], ({ begin, size }) => ({ begin, size })),
  PadV2: kernel('PadV2', ['x'], ({ before, after, value }) => ({
    paddings: (before as number[]).map((count, axis) => [count, (after as number[])[axis]]),
    constantValue: value,
  })),
  Tile: kernel('Tile', ['x'], ({ reps }) => ({ reps })),
  Concat: {
    needs: ['Concat'],
    run: (operands, { axis }) => call('Concat', operands as unknown as Record<string, Tensor>, { axis }),
  },
  GatherV2: kernel('GatherV2', ['x', 'indices'], () => ({ axis: 0, batchDims: 0 })),
  UnsortedSegmentSum: kernel('UnsortedSegmentSum', ['x', 'segmentIds'], ({ rows }) => ({
    numSegments: rows,
  })),
  Fill: kernel('Fill', [], ({ shape, value }, dtype) => ({ shape, value, dtype })),
  Range: kernel('Range', [], ({ bounds }, dtype) => {
    const [start, stop, step] = bounds as number[];
    return { start, stop, step, dtype };
  }),

  // TensorFlow.js has no kernel for it: (x - mean) r and r = 1 / sqrt(variance + eps), over the last axis.
  [NORMALIZE]: {
    needs: ['Mean', 'Sub', 'Square', 'Add', 'Rsqrt', 'Multiply'],
    run: ([x], { eps }) =>
      tf.tidy(() => {
        const centred = tf.sub(x, tf.mean(x, -1, true));
        const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), eps as number));
        return [tf.mul(centred, inverse), inverse];
      }),
  },
};

function elementwise(names: readonly string[], operands: readonly string[]): Record<string, Kernel> {
  return Object.fromEntries(names.map((name) => [name, kernel(name, operands, () => ({}))]));
}

/** A kernel of TensorFlow.js; `operands`: their names there. */
function kernel(
  name: string,
  operands: readonly string[],
  attributesOf: (attributes: Attributes, dtype: RecordedDType) => Readonly<Record<string, unknown>>,
): Kernel {
  return {
    needs: [name],
    run: (tensors, attributes, dtype) =>
      call(
        name,
        Object.fromEntries(operands.map((operand, i) => [operand, tensors[i]])),
        attributesOf(attributes, dtype),
      ),
  };
}

function call(
  name: string,
  operands: Readonly<Record<string, Tensor>>,
  attributes: Readonly<Record<string, unknown>>,
): Tensor[] {
  const output = tf.engine().runKernel(name, operands, attributes as tf.NamedAttrMap);
  return (Array.isArray(output) ? output : [output]) as Tensor[];
}
