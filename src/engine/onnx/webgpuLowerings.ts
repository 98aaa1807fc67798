import { internal } from '../../core/errors.ts';
import type { Size } from '../../trace/size.ts';
import { int, ints } from './loweringContext.ts';
import { inputs, lowerings, outputs, sizes, type Lowerings } from './lowerings.ts';

/** Largest finite float32. */
const LARGEST = 3.4028234663852886e38;

/** How ops are written for the WebGPU provider, which lacks FusedMatMul, IsNaN, IsInf, Or, Tile, and Range of a length known late. */
export const webgpuLowerings: Lowerings = {
  ...lowerings,

  BatchMatMul: (node, context) => {
    const { transposeA, transposeB } = node.attributes;
    if (!transposeA && !transposeB)
      return context.emit('MatMul', inputs(node, context), outputs(node, context));
    const ranks = node.inputs.map((value) => context.graph.values[value].shape.length);
    if (ranks.every((rank) => rank === 2)) {
      const attributes = { transA: int(Number(transposeA)), transB: int(Number(transposeB)) };
      return context.emit('Gemm', inputs(node, context), outputs(node, context), attributes);
    }
    const factors = inputs(node, context).map((name, i) => {
      if (!(i === 0 ? transposeA : transposeB)) return name;
      const perm = Array.from({ length: ranks[i] - 2 }, (_, axis) => axis);
      return context.emitTemporary('Transpose', [name], {
        perm: ints([...perm, ranks[i] - 1, ranks[i] - 2]),
      });
    });
    context.emit('MatMul', factors, outputs(node, context));
  },

  // |x| is at most the largest float32: false for NaN too.
  IsFinite: (node, context) => {
    const size = context.emitTemporary('Abs', inputs(node, context));
    const largest = context.constant('float32', [], [LARGEST]);
    context.emit('LessOrEqual', [size, largest], outputs(node, context));
  },

  // The sum of as many steps as stand before, added to the start. The provider has no Cast of a size, so a start that is one is a sum of ones.
  Range: (node, context) => {
    const [start, , step] = sizes(node, 'bounds');
    if (typeof step !== 'number') internal('the step of a Range depends on the sizes');
    const dtype = node.attributes.dtype as 'float32' | 'int32';
    const [{ shape }] = node.outputs.map((value) => context.graph.values[value]);
    const repeated = (value: number, count: readonly Size[]) =>
      context.emitTemporary('Expand', [context.constant(dtype, [], [value]), context.sizes(count)]);
    const axis = context.constant('int32', [], [0]);
    const before = context.emitTemporary('CumSum', [repeated(step, shape), axis], { exclusive: int(1) });
    const first =
      typeof start === 'number'
        ? context.constant(dtype, [], [start])
        : context.emitTemporary('ReduceSum', [repeated(1, [start])], { keepdims: int(0) });
    context.emit('Add', [before, first], outputs(node, context));
  },

  // (d0, d1, ...) as (1, d0, 1, d1, ...), expanded to (r0, d0, r1, d1, ...), as (r0 d0, r1 d1, ...).
  Tile: (node, context) => {
    const { shape } = context.graph.values[node.inputs[0]];
    const [result] = node.outputs.map((value) => context.graph.values[value].shape);
    const reps = sizes(node, 'reps');
    const apart = (before: (axis: number) => Size) => shape.flatMap((size, axis) => [before(axis), size]);
    const [x] = inputs(node, context);
    const spread = context.emitTemporary('Reshape', [x, context.sizes(apart(() => 1))]);
    const repeated = context.emitTemporary('Expand', [spread, context.sizes(apart((axis) => reps[axis]))]);
    context.emit('Reshape', [repeated, context.sizes(result)], outputs(node, context));
  },
};
