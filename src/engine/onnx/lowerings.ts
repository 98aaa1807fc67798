import { internal } from '../../core/errors.ts';
import { NORMALIZE } from '../../ops/normalize.ts';
import type { Node } from '../../trace/graph.ts';
import { addSizes, type Size } from '../../trace/size.ts';
import { DATA_TYPE } from './encode.ts';
import { float, int, ints, text, type LoweringContext } from './loweringContext.ts';
import type { OnnxDType } from './model.ts';

export type Lowering = (node: Node, context: LoweringContext) => void;

/** By the op's name in graphs. */
export type Lowerings = Readonly<Record<string, Lowering>>;

/** How each op of a graph is written in ONNX, on providers that have com.microsoft's FusedMatMul. */
export const lowerings: Lowerings = {
  Erf: same('Erf'),
  Exp: same('Exp'),
  Log: same('Log'),
  Neg: same('Neg'),
  Relu: same('Relu'),
  Sqrt: same('Sqrt'),
  Tanh: same('Tanh'),
  Add: same('Add'),
  Sub: same('Sub'),
  Multiply: same('Mul'),
  RealDiv: same('Div'),
  Maximum: same('Max'),
  Minimum: same('Min'),
  Equal: same('Equal'),
  GreaterEqual: same('GreaterOrEqual'),
  LogicalAnd: same('And'),
  Select: same('Where'),

  Square: (node, context) => {
    const [x] = inputs(node, context);
    context.emit('Mul', [x, x], outputs(node, context));
  },
  Rsqrt: (node, context) => {
    context.emit(
      'Reciprocal',
      [context.emitTemporary('Sqrt', inputs(node, context))],
      outputs(node, context),
    );
  },
  // 1 where x > 0, else 0.
  Step: (node, context) => {
    const positive = context.emitTemporary('Greater', [
      ...inputs(node, context),
      context.constant('float32', [], [0]),
    ]);
    context.emit('Cast', [positive], outputs(node, context), { to: int(DATA_TYPE.float32) });
  },
  IsFinite: (node, context) => {
    const [x] = inputs(node, context);
    const not = context.emitTemporary('Or', [
      context.emitTemporary('IsNaN', [x]),
      context.emitTemporary('IsInf', [x]),
    ]);
    context.emit('Not', [not], outputs(node, context));
  },
  Cast: (node, context) => {
    context.emit('Cast', inputs(node, context), outputs(node, context), {
      to: int(DATA_TYPE[context.graph.values[node.outputs[0]].dtype]),
    });
  },

  Softmax: (node, context) => {
    context.emit('Softmax', inputs(node, context), outputs(node, context), { axis: int(-1) });
  },
  // LayerNormalization with gain 1 and no bias; its second output, the mean, is not needed.
  [NORMALIZE]: (node, context) => {
    const width = fixed(node, context.graph.values[node.inputs[0]].shape.at(-1)!);
    const [standardised, inverse] = outputs(node, context);
    context.emit(
      'LayerNormalization',
      [...inputs(node, context), context.filled(width, 1)],
      [standardised, '', inverse],
      {
        axis: int(-1),
        epsilon: float(node.attributes.eps as number),
      },
    );
  },

  Sum: reduction('ReduceSum'),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),

  BatchMatMul: (node, context) => {
    const { transposeA, transposeB } = node.attributes;
    if (!transposeA && !transposeB)
      return context.emit('MatMul', inputs(node, context), outputs(node, context));
    const attributes = { transA: int(Number(transposeA)), transB: int(Number(transposeB)) };
    context.emit('FusedMatMul', inputs(node, context), outputs(node, context), attributes, 'com.microsoft');
  },

  Reshape: (node, context) => {
    context.emit(
      'Reshape',
      [...inputs(node, context), context.sizes(sizes(node, 'shape'))],
      outputs(node, context),
    );
  },
  Transpose: (node, context) => {
    context.emit('Transpose', inputs(node, context), outputs(node, context), {
      perm: ints(sizes(node, 'perm').map((axis) => fixed(node, axis))),
    });
  },
  Slice: (node, context) => {
    const begin = sizes(node, 'begin');
    const end = sizes(node, 'size').map((size, axis) => addSizes(begin[axis], size));
    context.emit(
      'Slice',
      [...inputs(node, context), context.sizes(begin), context.sizes(end)],
      outputs(node, context),
    );
  },
  PadV2: (node, context) => {
    const pads = context.sizes([...sizes(node, 'before'), ...sizes(node, 'after')]);
    const value = context.constant('float32', [], [node.attributes.value as number]);
    context.emit('Pad', [...inputs(node, context), pads, value], outputs(node, context));
  },
  Tile: (node, context) => {
    context.emit(
      'Tile',
      [...inputs(node, context), context.sizes(sizes(node, 'reps'))],
      outputs(node, context),
    );
  },
  Concat: (node, context) => {
    context.emit('Concat', inputs(node, context), outputs(node, context), {
      axis: int(node.attributes.axis as number),
    });
  },
  UnsortedSegmentSum: (node, context) => {
    const [x, ids] = inputs(node, context);
    const [table] = node.outputs.map((value) => context.graph.values[value].shape);
    const zeros = context.emitTemporary('Expand', [
      context.constant('float32', [], [0]),
      context.sizes(table),
    ]);
    const column = context.emitTemporary('Unsqueeze', [ids, context.constant('int64', [1], [-1])]);
    const places = context.emitTemporary('Cast', [column], { to: int(DATA_TYPE.int64) });
    context.emit('ScatterND', [zeros, places, x], outputs(node, context), { reduction: text('add') });
  },
  GatherV2: (node, context) => {
    context.emit('Gather', inputs(node, context), outputs(node, context), { axis: int(0) });
  },
  Range: (node, context) => {
    const scalars = sizes(node, 'bounds').map((bound) =>
      context.emitTemporary('Squeeze', [context.sizes([bound])]),
    );
    const to = int(DATA_TYPE[node.attributes.dtype as OnnxDType]);
    context.emit('Cast', [context.emitTemporary('Range', scalars)], outputs(node, context), { to });
  },
  Fill: (node, context) => {
    const dtype = node.attributes.dtype as 'float32' | 'int32';
    const value = context.constant(dtype, [], [node.attributes.value as number]);
    context.emit('Expand', [value, context.sizes(sizes(node, 'shape'))], outputs(node, context));
  },
};

export function inputs(node: Node, context: LoweringContext): string[] {
  return node.inputs.map((value) => context.nameOf(value));
}

export function outputs(node: Node, context: LoweringContext): string[] {
  return node.outputs.map((value) => context.nameOf(value));
}

export function sizes(node: Node, attribute: string): readonly Size[] {
  return node.attributes[attribute] as readonly Size[];
}

/** A size where none may depend on symbols. */
export function fixed({ op }: Node, size: Size): number {
  return typeof size === 'number' ? size : internal(`a ${op} has a symbol where its lowering has none`);
}

function same(op: string): Lowering {
  return (node, context) => context.emit(op, inputs(node, context), outputs(node, context));
}

function reduction(op: string): Lowering {
  return (node, context) => {
    const axes = context.sizes(sizes(node, 'axes'));
    context.emit(op, [...inputs(node, context), axes], outputs(node, context), {
      keepdims: int(Number(node.attributes.keepDims)),
    });
  };
}
