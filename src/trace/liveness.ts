import { sizeOf } from '../core/tensor.ts';
import type { Graph, ValueId } from './graph.ts';
import { evaluate, type Binding } from './size.ts';

/** Memory for a value is taken (`bytes` > 0), or given back (0). */
export interface MemoryEvent {
  readonly value: ValueId;
  readonly bytes: number;
}

/**
 * What one run takes and gives back for the values that it computes, in the order of the nodes: results are taken before the
 * operands that die with the node are given back, since with symbolic sizes ONNX Runtime cannot know that one might take the
 * other's place. A Reshape shares its operand's memory. Inputs and constants are not counted; outputs are never given back.
 */
export function memoryEvents(graph: Graph, binding: Binding): MemoryEvent[] {
  const owners = ownersOf(graph);
  const counted = new Set(graph.nodes.filter(({ op }) => op !== SHARES).flatMap(({ outputs }) => outputs));
  const lastUse = new Map<ValueId, number>();
  graph.nodes.forEach(({ inputs, outputs }, n) => {
    for (const value of [...outputs, ...inputs]) lastUse.set(owners[value], n);
  });
  for (const { value } of graph.outputs) lastUse.set(owners[value], Infinity);

  const bytesOf = (value: ValueId) => {
    const { dtype, shape } = graph.values[value];
    return BYTES[dtype] * sizeOf(shape.map((size) => evaluate(size, binding)));
  };
  return graph.nodes.flatMap(({ op, inputs, outputs }, n) => {
    const taken = op === SHARES ? [] : outputs.map((value) => ({ value, bytes: bytesOf(value) }));
    const touched = new Set([...inputs, ...outputs].map((value) => owners[value]));
    const dying = [...touched].filter((value) => counted.has(value) && lastUse.get(value) === n);
    return [...taken, ...dying.map((value) => ({ value, bytes: 0 }))];
  });
}

/** Most bytes that are taken at one time. */
export function peakBytes(events: readonly MemoryEvent[]): number {
  const taken = new Map<ValueId, number>();
  let [now, most] = [0, 0];
  for (const { value, bytes } of events) {
    now += bytes - (bytes === 0 ? (taken.get(value) ?? 0) : 0);
    taken.set(value, bytes);
    most = Math.max(most, now);
  }
  return most;
}

const BYTES = { float32: 4, int32: 4, bool: 1, float16: 2, bfloat16: 2 } as const;
const SHARES = 'Reshape';

/** For each value the one whose memory it stands in. */
function ownersOf({ values, nodes }: Graph): ValueId[] {
  const owners = values.map((_, value) => value);
  for (const { op, inputs, outputs } of nodes) if (op === SHARES) owners[outputs[0]] = owners[inputs[0]];
  return owners;
}
