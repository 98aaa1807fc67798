import type { Graph } from '../../trace/graph.ts';
import { LoweringContext } from './loweringContext.ts';
import type { Lowerings } from './lowerings.ts';
import type { OnnxModel } from './model.ts';
import { internal } from '../../core/errors.ts';

/** Translates a graph to ONNX. Inputs that no node reads are left out; every output is a value of its own name. */
export function lower(graph: Graph, lowerings: Lowerings): OnnxModel {
  const context = new LoweringContext(graph);
  for (const node of graph.nodes) {
    const lowering = lowerings[node.op] ?? internal(`no ONNX lowering for ${node.op}`);
    lowering(node, context);
  }
  for (const { name, value } of graph.outputs)
    context.emit('Identity', [context.nameOf(value)], [outputName(name)]);
  return context.finish(graph.outputs.map(({ name, value }) => ({ name: outputName(name), value })));
}

/** State is an input and an output of one name in programs; ONNX wants two. */
export function outputName(name: string): string {
  return `out:${name}`;
}
