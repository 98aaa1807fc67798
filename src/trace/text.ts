import type { Attribute, Graph, Node, ValueId } from './graph.ts';
import { sizeText } from './size.ts';

/**
 * A graph as text for people and diffs: a line for each array constant, each node and each output, results on the left, types
 * in a column on the right, for example
 *
 *     %7 = BatchMatMul(x, classifier.weight) transposeB  float32 [B, 2]
 *
 * Inputs stand under their names and scalar constants as their values.
 */
export function graphText(graph: Graph): string {
  const nameOf = naming(graph);
  const typeOf = (value: ValueId) => {
    const { dtype, shape } = graph.values[value];
    return `${dtype} [${shape.map((size) => sizeText(size, graph.symbols)).join(', ')}]`;
  };
  const line = (results: readonly ValueId[], expression: string): [string, string] => [
    `${results.map((result) => `%${result}`).join(', ')} = ${expression}`,
    results.map(typeOf).join(', '),
  ];
  const lines = [
    ...graph.constants
      .filter(({ value }) => graph.values[value].shape.length > 0)
      .map(({ value, data }) => line([value], `constant ${Array.from(data).join(' ')}`)),
    ...graph.nodes.map((node) => line(node.outputs, call(node, nameOf, graph.symbols))),
    ...graph.outputs.map(({ name, value }): [string, string] => [
      `${name} <- ${nameOf(value)}`,
      typeOf(value),
    ]),
  ];
  const width = Math.max(0, ...lines.map(([left]) => left.length));
  return lines.map(([left, type]) => `${left.padEnd(width)}  ${type}\n`).join('');
}

function naming(graph: Graph): (value: ValueId) => string {
  const names = new Map(graph.inputs.map(({ name, value }) => [value, name]));
  for (const { value, data } of graph.constants) {
    if (graph.values[value].shape.length === 0) names.set(value, String(data[0]));
  }
  return (value) => names.get(value) ?? `%${value}`;
}

function call(
  { op, inputs, attributes }: Node,
  nameOf: (value: ValueId) => string,
  symbols: readonly string[],
): string {
  const words = Object.entries(attributes).flatMap(([name, value]) => attributeText(name, value, symbols));
  return [`${op}(${inputs.map(nameOf).join(', ')})`, ...words].join(' ');
}

/** Switches that are off are left out. */
function attributeText(name: string, value: Attribute, symbols: readonly string[]): string[] {
  if (typeof value === 'boolean') return value ? [name] : [];
  if (typeof value !== 'object') return [`${name}=${value}`];
  return [`${name}=[${value.map((size) => sizeText(size, symbols)).join(', ')}]`];
}
