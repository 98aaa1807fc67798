import { internal } from '../core/errors.ts';
import type { Graph } from './graph.ts';
import type { Size } from './size.ts';

/** An input, and the axis along which its size is a symbol and nothing else. */
export interface SymbolPlace {
  readonly name: string;
  readonly axis: number;
}

/** Where the value of each symbol is read from, in the graph's order of symbols. */
export function symbolPlaces(graph: Graph): SymbolPlace[] {
  return graph.symbols.map((symbol, index) => {
    for (const { name, value } of graph.inputs) {
      const axis = graph.values[value].shape.findIndex((size) => isSymbol(size, index));
      if (axis >= 0) return { name, axis };
    }
    return internal(`no input has ${symbol} as a size`);
  });
}

function isSymbol(size: Size, index: number): boolean {
  return (
    typeof size !== 'number' &&
    size.length === 1 &&
    size[0].coefficient === 1 &&
    size[0].powers.every((power, i) => power === (i === index ? 1 : 0))
  );
}
