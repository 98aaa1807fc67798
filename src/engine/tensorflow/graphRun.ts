import { internal } from '../../core/errors.ts';
import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Attribute, Graph, Node, RecordedDType, ValueId } from '../../trace/graph.ts';
import { evaluate, type Binding, type Size } from '../../trace/size.ts';
import type { Attributes, Kernel } from './kernels.ts';
import { kernelOf } from './narrowKernels.ts';

/**
 * Runs a graph node by node on the active backend. A result is given back after the last node that reads it, so that memory follows the
 * plan; the operands of `inputs` and `constants` are left alone. Returns the graph's outputs, which are the caller's to dispose of.
 */
export function runGraph(
  { graph, kernels, deaths }: Prepared,
  binding: Binding,
  given: ReadonlyMap<ValueId, Tensor>,
): Tensor[] {
  return tf.tidy(() => {
    const values = new Map(given);
    const valueOf = (id: ValueId) => values.get(id) ?? internal(`%${id} of ${graph.name} has no value`);
    graph.nodes.forEach((node, n) => {
      const dtype = graph.values[node.outputs[0]].dtype as RecordedDType; // the narrow kernels know theirs
      const results = kernels[n].run(node.inputs.map(valueOf), attributesAt(node, binding), dtype);
      node.outputs.forEach((id, i) => values.set(id, results[i]));
      for (const id of deaths[n]) {
        valueOf(id).dispose();
        values.delete(id);
      }
    });
    // A value can be two outputs, or an input: each output is a tensor of its own over the same data.
    return graph.outputs.map(({ value }) => tf.clone(valueOf(value)));
  });
}

/** A graph, and for each of its nodes the kernel and the values that die with it. */
export interface Prepared {
  readonly graph: Graph;
  readonly kernels: readonly Kernel[];
  readonly deaths: readonly (readonly ValueId[])[];
}

export function prepare(graph: Graph): Prepared {
  return { graph, kernels: graph.nodes.map((node) => kernelOf(graph, node)), deaths: deathsIn(graph) };
}

/** For each node the values that it or its predecessors made and that no later node and no output reads. */
export function deathsIn(graph: Graph): ValueId[][] {
  const lastUse = new Map<ValueId, number>();
  graph.nodes.forEach(({ outputs }, n) => outputs.forEach((value) => lastUse.set(value, n)));
  graph.nodes.forEach(({ inputs }, n) => {
    for (const value of inputs) if (lastUse.has(value)) lastUse.set(value, n);
  });
  for (const { value } of graph.outputs) lastUse.delete(value);
  const deaths: ValueId[][] = graph.nodes.map(() => []);
  for (const [value, n] of lastUse) deaths[n].push(value);
  return deaths;
}

function attributesAt({ attributes }: Node, binding: Binding): Attributes {
  const at = (attribute: Attribute) =>
    Array.isArray(attribute)
      ? (attribute as readonly Size[]).map((size) => evaluate(size, binding))
      : (attribute as number | boolean | string);
  return Object.fromEntries(Object.entries(attributes).map(([name, attribute]) => [name, at(attribute)]));
}
