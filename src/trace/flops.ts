import { sizeOf } from '../core/tensor.ts';
import { internal } from '../core/errors.ts';
import { NORMALIZE } from '../ops/normalize.ts';
import type { Graph, Node, ValueId } from './graph.ts';
import { evaluate, type Binding } from './size.ts';

/** Floating-point operations of one run; a multiplication and an addition are two. */
export interface Flops {
  readonly total: number;
  /** Those of matrix products. */
  readonly products: number;
  /** Those of products with a frozen matrix: what an executor may compute in another number format. */
  readonly frozenProducts: number;
}

/**
 * Counts a graph's work as it stands, forward and backward. A matrix product of (m, k) and (k, n) is 2 m k n; other ops are counted by
 * the operations they spend on an element, and moving data about is not counted.
 */
export function flops(graph: Graph, binding: Binding): Flops {
  const elements = (value: ValueId) =>
    sizeOf(graph.values[value].shape.map((size) => evaluate(size, binding)));
  const frozen = new Set(graph.inputs.filter(({ role }) => role === 'frozen').map(({ value }) => value));
  let [products, frozenProducts, others] = [0, 0, 0];
  for (const node of graph.nodes) {
    if (node.op === 'BatchMatMul') {
      const work = 2 * elements(node.outputs[0]) * innerSize(graph, node, binding);
      products += work;
      if (node.inputs.some((value) => frozen.has(value))) frozenProducts += work;
    } else {
      const { inputs: perInput = 0, outputs: perOutput = 0 } = workOf(node);
      if (perInput > 0) others += perInput * elements(node.inputs[0]);
      if (perOutput > 0) others += perOutput * elements(node.outputs[0]);
    }
  }
  return { total: products + others, products, frozenProducts };
}

/** k of a product (m, k) x (k, n). */
function innerSize(graph: Graph, { inputs, attributes }: Node, binding: Binding): number {
  const size = graph.values[inputs[0]].shape.at(attributes.transposeA === true ? -2 : -1);
  return size === undefined ? internal('a matrix product of scalars') : evaluate(size, binding);
}

/** Operations for each element of the first operand or of the first result. */
interface Work {
  readonly inputs?: number;
  readonly outputs?: number;
}

function workOf({ op }: Node): Work {
  return WORK[op] ?? internal(`no count of operations for ${op}`);
}

const named = (ops: readonly string[], work: Work) => Object.fromEntries(ops.map((op) => [op, work]));

const WORK: Readonly<Record<string, Work>> = {
  ...named(['Erf', 'Exp', 'Log', 'Neg', 'Relu', 'Rsqrt', 'Sqrt', 'Square', 'Step', 'Tanh', 'IsFinite'], {
    outputs: 1,
  }),
  ...named(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'], { outputs: 1 }),
  ...named(['Equal', 'GreaterEqual', 'LogicalAnd', 'Select'], { outputs: 1 }),
  ...named(['Sum', 'Mean', 'Max'], { inputs: 1 }),
  // Largest element, difference, exponential, sum, quotient.
  Softmax: { outputs: 5 },
  // Mean, difference, square, mean, product.
  [NORMALIZE]: { outputs: 5 },
  UnsortedSegmentSum: { inputs: 1 },
  ...named(
    ['Cast', 'Reshape', 'Transpose', 'Slice', 'PadV2', 'Tile', 'Concat', 'GatherV2', 'Fill', 'Range'],
    {},
  ),
};
