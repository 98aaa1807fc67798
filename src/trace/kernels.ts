import * as tf from '@tensorflow/tfjs-core';
import type { DataType, TensorInfo } from '@tensorflow/tfjs-core';
import { NORMALIZE } from '../ops/normalize.ts';
import { TRACE_BACKEND, type RecordedNode, type Recorder } from './recorder.ts';

type Inputs = Readonly<Record<string, TensorInfo>>;
type Attributes = Readonly<Record<string, unknown>>;
type Rule = (inputs: Inputs, attributes: Attributes, recorder: Recorder) => TensorInfo | TensorInfo[];

/**
 * How each kernel is recorded: its output's shape and dtype, and its attributes in normal form (axes ascending and not negative, sizes
 * explicit, one name for one thing). A kernel that is not here cannot be traced; TensorFlow.js then names it.
 */
export const rules: Readonly<Record<string, Rule>> = {
  ...elementwise1(['Erf', 'Exp', 'Log', 'Neg', 'Relu', 'Rsqrt', 'Sqrt', 'Square', 'Tanh'], (x) => x.dtype),
  ...elementwise1(['IsFinite'], () => 'bool'),
  ...elementwise2(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'], (a) => a.dtype),
  ...elementwise2(['Equal', 'GreaterEqual', 'LogicalAnd'], () => 'bool'),

  // 1 where x > 0, else 0.
  Step: ({ x }, { alpha }, r) => {
    if (alpha !== undefined && alpha !== 0) throw new Error('internal: the trace has Step with alpha 0 only');
    return r.emit('Step', [x], [x]);
  },
  Select: ({ condition, t, e }, _, r) => r.emit('Select', [condition, t, e], [t]),
  Cast: ({ x }, { dtype }, r) =>
    x.dtype === dtype ? alias(x) : r.emit('Cast', [x], [{ shape: x.shape, dtype: dtype as DataType }]),
  Identity: ({ x }) => alias(x),

  // Over the last axis.
  Softmax: ({ logits }, _, r) => r.emit('Softmax', [logits], [logits]),
  [NORMALIZE]: ({ x }, { eps }, r) =>
    r.emit(NORMALIZE, [x], [x, { shape: [...x.shape.slice(0, -1), 1], dtype: x.dtype }], {
      eps: eps as number,
    }),

  Sum: reduction('Sum'),
  Mean: reduction('Mean'),
  Max: reduction('Max'),

  BatchMatMul: ({ a, b }, attributes, r) => {
    const transposeA = Boolean(attributes.transposeA);
    const transposeB = Boolean(attributes.transposeB);
    const [m, n] = [a.shape.at(transposeA ? -1 : -2) as number, b.shape.at(transposeB ? -2 : -1) as number];
    const batch = tf.broadcast_util.assertAndGetBroadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2));
    return r.emit('BatchMatMul', [a, b], [{ shape: [...batch, m, n], dtype: 'float32' }], {
      transposeA,
      transposeB,
    });
  },

  Reshape: ({ x }, { shape }, r) => {
    const target = tf.util.inferFromImplicitShape(shape as number[], tf.util.sizeFromShape(x.shape));
    return reshape(r, x, target);
  },
  ExpandDims: ({ input }, { dim }, r) => {
    const axis = (dim as number) < 0 ? input.shape.length + 1 + (dim as number) : (dim as number);
    return reshape(r, input, [...input.shape.slice(0, axis), 1, ...input.shape.slice(axis)]);
  },
  Transpose: ({ x }, { perm }, r) => {
    const order = perm as number[];
    return r.emit('Transpose', [x], [{ shape: order.map((axis) => x.shape[axis]), dtype: x.dtype }], {
      perm: [...order],
    });
  },
  Slice: ({ x }, { begin, size }, r) => {
    const [from, extent] = tf.slice_util.parseSliceParams(
      x as tf.Tensor,
      begin as number[],
      size as number[],
    );
    return r.emit('Slice', [x], [{ shape: extent, dtype: x.dtype }], { begin: from, size: extent });
  },
  PadV2: ({ x }, attributes, r) => {
    const paddings = attributes.paddings as [number, number][];
    const shape = x.shape.map((size, axis) => paddings[axis][0] + size + paddings[axis][1]);
    const [before, after] = [0, 1].map((side) => paddings.map((pair) => pair[side]));
    return r.emit('PadV2', [x], [{ shape, dtype: x.dtype }], {
      before,
      after,
      value: attributes.constantValue as number,
    });
  },
  Tile: ({ x }, { reps }, r) => {
    const repeats = reps as number[];
    if (repeats.every((repeat) => repeat === 1)) return alias(x);
    return r.emit('Tile', [x], [{ shape: x.shape.map((size, i) => size * repeats[i]), dtype: x.dtype }], {
      reps: repeats,
    });
  },
  Concat: (inputs, { axis }, r) => {
    const parts = Object.values(inputs).filter(({ shape }) => shape.every((size) => size > 0));
    if (parts.length === 1) return alias(parts[0]);
    const along = (axis as number) < 0 ? parts[0].shape.length + (axis as number) : (axis as number);
    const shape = [...parts[0].shape];
    shape[along] = parts.reduce((sum, part) => sum + part.shape[along], 0);
    return r.emit('Concat', parts, [{ shape, dtype: parts[0].dtype }], { axis: along });
  },
  // Rows of a table along the first axis.
  GatherV2: ({ x, indices }, { axis, batchDims }, r) => {
    if (axis !== 0 || batchDims !== 0)
      throw new Error('internal: the trace has GatherV2 along the first axis only');
    return r.emit(
      'GatherV2',
      [x, indices],
      [{ shape: [...indices.shape, ...x.shape.slice(1)], dtype: x.dtype }],
    );
  },
  // The transpose of GatherV2: rows of x added up in the row of a table that each belongs to.
  UnsortedSegmentSum: ({ x, segmentIds }, { numSegments }, r) => {
    const rows = numSegments as number;
    return r.emit(
      'UnsortedSegmentSum',
      [x, segmentIds],
      [{ shape: [rows, ...x.shape.slice(segmentIds.shape.length)], dtype: x.dtype }],
      { rows },
    );
  },
  Fill: (_, { shape, value, dtype }, r) =>
    r.emit('Fill', [], [{ shape: shape as number[], dtype: (dtype ?? 'float32') as DataType }], {
      shape: [...(shape as number[])],
      value: value as number,
      dtype: (dtype ?? 'float32') as string,
    }),
  Range: (_, { start, stop, step, dtype }, r) => {
    const bounds = [start, stop, step] as number[];
    const length = Math.ceil((bounds[1] - bounds[0]) / bounds[2]);
    return r.emit('Range', [], [{ shape: [length], dtype: dtype as DataType }], {
      bounds,
      dtype: dtype as string,
    });
  },
  ZerosLike: ({ x }, _, r) => filledLike(r, x, 0),
  OnesLike: ({ x }, _, r) => filledLike(r, x, 1),
};

/** Registers the backend and its kernels with TensorFlow.js; once a process. */
export function registerTraceBackend(recorder: Recorder): void {
  tf.registerBackend(TRACE_BACKEND, () => recorder);
  for (const [kernelName, rule] of Object.entries(rules)) {
    tf.registerKernel({
      kernelName,
      backendName: TRACE_BACKEND,
      kernelFunc: ({ inputs, attrs }) => {
        const outputs = rule(inputs as Inputs, (attrs ?? {}) as Attributes, recorder);
        return Array.isArray(outputs) && outputs.length === 1 ? outputs[0] : outputs;
      },
    });
  }
}

/** The same value as another tensor: the gradient tape takes a node whose output is its input for a loop. */
function alias({ dataId, shape, dtype }: TensorInfo): TensorInfo {
  return { dataId, shape, dtype };
}

function elementwise1(ops: readonly string[], dtype: (x: TensorInfo) => DataType): Record<string, Rule> {
  const rule =
    (op: string): Rule =>
    ({ x }, _, r) =>
      r.emit(op, [x], [{ shape: x.shape, dtype: dtype(x) }]);
  return Object.fromEntries(ops.map((op) => [op, rule(op)]));
}

/** With NumPy's broadcasting. */
function elementwise2(ops: readonly string[], dtype: (a: TensorInfo) => DataType): Record<string, Rule> {
  const rule =
    (op: string): Rule =>
    ({ a, b }, _, r) =>
      r.emit(
        op,
        [a, b],
        [{ shape: tf.broadcast_util.assertAndGetBroadcastShape(a.shape, b.shape), dtype: dtype(a) }],
      );
  return Object.fromEntries(ops.map((op) => [op, rule(op)]));
}

function reduction(op: string): Rule {
  return ({ x }, attributes, r) => {
    // Sum and Max call it `axis` and `reductionIndices` in different versions of the kernel interface.
    const given = (attributes.axis ?? attributes.reductionIndices ?? null) as number | number[] | null;
    const axes = tf.util
      .parseAxisParam(given ?? x.shape.map((_, axis) => axis), x.shape)
      .sort((a, b) => a - b);
    const keepDims = Boolean(attributes.keepDims);
    const shape = x.shape.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepDims ? [1] : []));
    return r.emit(op, [x], [{ shape, dtype: x.dtype }], { axes, keepDims });
  };
}

function reshape(r: Recorder, x: TensorInfo, shape: number[]): TensorInfo | TensorInfo[] {
  const same = shape.length === x.shape.length && shape.every((size, axis) => size === x.shape[axis]);
  return same ? alias(x) : r.emit('Reshape', [x], [{ shape, dtype: x.dtype }], { shape });
}

function filledLike(r: Recorder, x: TensorInfo, value: number): TensorInfo[] {
  const attributes: RecordedNode['attributes'] = { shape: [...x.shape], value, dtype: x.dtype };
  return r.emit('Fill', [], [x], attributes);
}
