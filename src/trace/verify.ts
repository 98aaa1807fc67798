import { NORMALIZE } from '../ops/normalize.ts';
import type { Graph, GraphDType, Node } from './graph.ts';
import { evaluate, type Binding, type Size } from './size.ts';

/**
 * What is wrong with a graph, in words; nothing if it is sound. Every value is made exactly once and before its uses, dtypes are
 * those of the op, and at each of the given bindings the shape of every result follows from the op and its operands' shapes, by
 * rules that are written here a second time, apart from the ones that recorded the graph.
 */
export function verify(graph: Graph, bindings: readonly Binding[]): string[] {
  return [
    ...definitionFaults(graph),
    ...graph.nodes.flatMap((node, n) => nodeFaults(graph, node, n, bindings)),
  ];
}

function definitionFaults(graph: Graph): string[] {
  const faults: string[] = [];
  const defined = new Set<number>();
  const define = (value: number, where: string) => {
    if (graph.values[value] === undefined) faults.push(`${where} makes %${value}, which has no type`);
    if (defined.has(value)) faults.push(`${where} makes %${value} a second time`);
    defined.add(value);
  };
  const use = (value: number, where: string) => {
    if (!defined.has(value)) faults.push(`${where} uses %${value} before it is made`);
  };
  for (const { name, value } of graph.inputs) define(value, `input ${name}`);
  for (const { value } of graph.constants) define(value, 'a constant');
  graph.nodes.forEach((node, n) => {
    for (const value of node.inputs) use(value, placeOf(node, n));
    for (const value of node.outputs) define(value, placeOf(node, n));
  });
  for (const { name, value } of graph.outputs) use(value, `output ${name}`);
  return faults;
}

function nodeFaults(graph: Graph, node: Node, n: number, bindings: readonly Binding[]): string[] {
  const typesOf = (values: readonly number[]) => values.map((value) => graph.values[value]);
  const [operands, results] = [typesOf(node.inputs), typesOf(node.outputs)];
  if ([...operands, ...results].includes(undefined as never)) return []; // reported above
  const place = placeOf(node, n);
  const op = OPS[node.op];
  if (op === undefined) return [`${place} is no known op`];
  const dtypes = operands.map(({ dtype }) => dtype);
  const faults = results.flatMap(({ dtype }) =>
    op.dtypes(dtypes, dtype, node.attributes) ? [] : [`${place} makes ${dtype} of ${dtypes.join(', ')}`],
  );
  for (const binding of bindings) {
    const at = (sizes: readonly Size[]) => sizes.map((size) => evaluate(size, binding));
    const attribute = (name: string) => at(node.attributes[name] as readonly Size[]);
    const expected = op.shapes(
      operands.map(({ shape }) => at(shape)),
      attribute,
      node.attributes,
    );
    const found = results.map(({ shape }) => at(shape));
    if (expected === undefined)
      faults.push(`${place} has operands that do not fit each other at ${binding.join(', ')}`);
    else if (JSON.stringify(expected) !== JSON.stringify(found))
      faults.push(
        `${place} at ${binding.join(', ')}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`,
      );
  }
  return faults;
}

function placeOf({ op }: Node, n: number): string {
  return `${op} (node ${n})`;
}

type Shape = readonly number[];

interface OpRule {
  dtypes(operands: readonly GraphDType[], result: GraphDType, attributes: Node['attributes']): boolean;
  /** Shapes of the results; undefined where the operands do not fit. */
  shapes(
    operands: readonly Shape[],
    sizes: (attribute: string) => number[],
    attributes: Node['attributes'],
  ): Shape[] | undefined;
}

const alike: OpRule['dtypes'] = (operands, result) => operands.every((dtype) => dtype === result);
const isFloat = (dtype: GraphDType) => ['float32', 'float16', 'bfloat16'].includes(dtype);
const toBool: OpRule['dtypes'] = (operands, result) => result === 'bool' && new Set(operands).size === 1;
const named: OpRule['dtypes'] = (_, result, attributes) => attributes.dtype === result;
const broadcast: OpRule['shapes'] = (operands) => {
  const rank = Math.max(...operands.map((shape) => shape.length));
  const result: number[] = [];
  for (let axis = -rank; axis < 0; axis++) {
    const sizes = new Set(operands.map((shape) => shape.at(axis) ?? 1).filter((size) => size !== 1));
    if (sizes.size > 1) return undefined;
    result.push([...sizes][0] ?? 1);
  }
  return [result];
};
const elementwise: OpRule = { dtypes: alike, shapes: broadcast };
const predicate: OpRule = { dtypes: toBool, shapes: broadcast };
const reduction: OpRule = {
  dtypes: alike,
  shapes: ([x], sizes, { keepDims }) => {
    const axes = sizes('axes');
    return [x.flatMap((size, axis) => (!axes.includes(axis) ? [size] : keepDims ? [1] : []))];
  },
};

const OPS: Readonly<Record<string, OpRule>> = {
  ...Object.fromEntries(
    ['Erf', 'Exp', 'Log', 'Neg', 'Relu', 'Rsqrt', 'Sqrt', 'Square', 'Step', 'Tanh', 'Softmax']
      .concat(['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum'])
      .map((op) => [op, elementwise]),
  ),
  ...Object.fromEntries(['IsFinite', 'Equal', 'GreaterEqual', 'LogicalAnd'].map((op) => [op, predicate])),
  ...Object.fromEntries(['Sum', 'Mean', 'Max'].map((op) => [op, reduction])),
  Select: {
    dtypes: ([condition, ...choices], result) => condition === 'bool' && alike(choices, result, {}),
    shapes: broadcast,
  },
  Cast: { dtypes: () => true, shapes: broadcast },
  [NORMALIZE]: { dtypes: alike, shapes: ([x]) => [x, [...x.slice(0, -1), 1]] },
  BatchMatMul: {
    dtypes: (operands, result) => isFloat(result) && alike(operands, result, {}),
    shapes: ([a, b], sizes, { transposeA, transposeB }) => {
      const [m, k] = transposeA ? [a.at(-1), a.at(-2)] : [a.at(-2), a.at(-1)];
      const [l, n] = transposeB ? [b.at(-1), b.at(-2)] : [b.at(-2), b.at(-1)];
      const batch = broadcast([a.slice(0, -2), b.slice(0, -2)], sizes, {})?.[0];
      return k === l && batch ? [[...batch, m as number, n as number]] : undefined;
    },
  },
  Reshape: {
    dtypes: alike,
    shapes: ([x], sizes) => (count(x) === count(sizes('shape')) ? [sizes('shape')] : undefined),
  },
  Transpose: { dtypes: alike, shapes: ([x], sizes) => [sizes('perm').map((axis) => x[axis])] },
  Slice: {
    dtypes: alike,
    shapes: ([x], sizes) => {
      const [begin, size] = [sizes('begin'), sizes('size')];
      return x.every((length, axis) => begin[axis] + size[axis] <= length) ? [size] : undefined;
    },
  },
  PadV2: {
    dtypes: alike,
    shapes: ([x], sizes) => {
      const [before, after] = [sizes('before'), sizes('after')];
      return [x.map((size, axis) => before[axis] + size + after[axis])];
    },
  },
  Tile: { dtypes: alike, shapes: ([x], sizes) => [sizes('reps').map((times, axis) => times * x[axis])] },
  Concat: {
    dtypes: alike,
    shapes: (parts, _, { axis }) => {
      const along = axis as number;
      const rest = (shape: Shape) => shape.filter((_, i) => i !== along).join();
      if (parts.some((part) => rest(part) !== rest(parts[0]))) return undefined;
      const shape = [...parts[0]];
      shape[along] = parts.reduce((sum, part) => sum + part[along], 0);
      return [shape];
    },
  },
  UnsortedSegmentSum: {
    dtypes: ([x, ids], result) => x === result && ids === 'int32',
    shapes: ([x, ids], _, { rows }) =>
      ids.every((size, axis) => size === x[axis]) ? [[rows as number, ...x.slice(ids.length)]] : undefined,
  },
  GatherV2: {
    dtypes: ([table, indices], result) => table === result && indices === 'int32',
    shapes: ([table, indices]) => [[...indices, ...table.slice(1)]],
  },
  Fill: { dtypes: named, shapes: (_, sizes) => [sizes('shape')] },
  Range: {
    dtypes: named,
    shapes: (_, sizes) => {
      const [start, stop, step] = sizes('bounds');
      return [[Math.ceil((stop - start) / step)]];
    },
  },
};

function count(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}
