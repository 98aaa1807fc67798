import type { Graph, ModelDType, Node, Value, ValueId } from './graph.ts';

/** Whether a frozen tensor is kept in a narrow format: matrices are; gains and biases are small, and stay. */
export function isNarrowed({ shape }: { readonly shape: readonly unknown[] }): boolean {
  return shape.length >= 2;
}

/** Ops that only move elements of their first operand, by any dtype. */
const MOVES: ReadonlySet<string> = new Set(['Reshape', 'Transpose', 'Slice', 'GatherV2']);

/** Below it a square root of a square is rounded to nothing. */
const LEAST_SQUARE = 1e-30;

/**
 * The same graph with its frozen matrices in another number format. Their products are computed in that format: the other factor is cast to it,
 * the result back to float32. Everything else, trained tensors, LayerNorm, softmax and loss among it, stays float32.
 *
 * float16 has 5 bits of exponent, too few for gradients: a factor x is divided by s = max |x| first, and the product multiplied by s. So
 * nothing needs a scale of the loss, and no activation overflows.
 */
export function narrowed(graph: Graph, dtype: ModelDType = 'float32'): Graph {
  if (dtype === 'float32') return graph;
  const values: Value[] = [...graph.values];
  const nodes: Node[] = [];
  const constants = [...graph.constants];
  const narrow = new Set<ValueId>();
  const keep = (value: ValueId) => {
    values[value] = { ...values[value], dtype };
    narrow.add(value);
  };
  for (const { role, value } of graph.inputs) if (role === 'frozen' && isNarrowed(values[value])) keep(value);

  const emit = (op: string, inputs: readonly ValueId[], made: Value, attributes: Node['attributes'] = {}) => {
    const output = values.push(made) - 1;
    nodes.push({ op, inputs, outputs: [output], attributes });
    return output;
  };
  const cast = (value: ValueId, to: Value['dtype']) =>
    emit('Cast', [value], { shape: values[value].shape, dtype: to });
  const once = <T>(make: (value: ValueId) => T) => {
    const made = new Map<ValueId, T>();
    return (value: ValueId): T => {
      if (!made.has(value)) made.set(value, make(value));
      return made.get(value)!;
    };
  };
  const widened = once((value) => (narrow.has(value) ? cast(value, 'float32') : value));
  const scalar = (x: number): ValueId => {
    const value = values.push({ shape: [], dtype: 'float32' }) - 1;
    constants.push({ value, data: Float32Array.of(x) });
    return value;
  };
  let leastSquare: ValueId | undefined;
  /** A float32 factor of a product: in the narrow format, and what the product is to be multiplied by. */
  const factor = once((value): { narrow: ValueId; scale?: ValueId } => {
    if (narrow.has(value)) return { narrow: value };
    if (dtype === 'bfloat16') return { narrow: cast(value, dtype) };
    const { shape } = values[value];
    const one: Value = { shape: shape.map(() => 1), dtype: 'float32' };
    const axes = shape.map((_, axis) => axis);
    const square = emit('Max', [emit('Square', [value], values[value])], one, { axes, keepDims: true });
    leastSquare ??= scalar(LEAST_SQUARE);
    const scale = emit('Sqrt', [emit('Maximum', [square, leastSquare], one)], one);
    return { narrow: cast(emit('RealDiv', [value, scale], values[value]), dtype), scale };
  });

  for (const node of graph.nodes) {
    const { op, inputs, outputs, attributes } = node;
    if (!inputs.some((value) => narrow.has(value))) {
      nodes.push(node);
    } else if (MOVES.has(op) && narrow.has(inputs[0])) {
      nodes.push(node);
      outputs.forEach(keep);
    } else if (op === 'BatchMatMul') {
      const factors = inputs.map(factor);
      const made = { shape: values[outputs[0]].shape, dtype };
      const product = emit(
        op,
        factors.map((each) => each.narrow),
        made,
        attributes,
      );
      const [scale] = factors.flatMap((each) => each.scale ?? []);
      const last =
        scale === undefined
          ? { op: 'Cast', inputs: [product] }
          : { op: 'Multiply', inputs: [cast(product, 'float32'), scale] };
      nodes.push({ ...last, outputs, attributes: {} });
    } else {
      nodes.push({ ...node, inputs: inputs.map(widened) });
    }
  }
  const results = graph.outputs.map((output) => ({ ...output, value: widened(output.value) }));
  return { ...graph, values, constants, nodes, outputs: results };
}
