import { sizeOf } from '../core/tensor.ts';
import { flops } from '../trace/flops.ts';
import type { Graph } from '../trace/graph.ts';
import { evaluate, type Binding } from '../trace/size.ts';

/** What a machine has to do for one run of a program, by kinds of work that take time for reasons of their own. */
export interface Work {
  /** FLOPs of matrix products: bound by arithmetic. */
  readonly products: number;
  /** FLOPs of everything else: bound by memory. */
  readonly pointwise: number;
  /** Elements that leave the program: trained tensors and optimizer state, which are made anew in every step. */
  readonly written: number;
  /** Operations: each has to be started. */
  readonly nodes: number;
}

export function workOf(graph: Graph, binding: Binding): Work {
  const { total, products } = flops(graph, binding);
  const written = graph.outputs.reduce((sum, { value }) => {
    return sum + sizeOf(graph.values[value].shape.map((size) => evaluate(size, binding)));
  }, 0);
  return { products, pointwise: total - products, written, nodes: graph.nodes.length };
}

/** Work of several programs, each as often as it runs. */
export function totalWork(parts: readonly { readonly work: Work; readonly times: number }[]): Work {
  const sum = (kind: keyof Work) => parts.reduce((total, { work, times }) => total + times * work[kind], 0);
  return {
    products: sum('products'),
    pointwise: sum('pointwise'),
    written: sum('written'),
    nodes: sum('nodes'),
  };
}
