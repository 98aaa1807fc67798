import * as tf from '@tensorflow/tfjs-core';
import '../ops/gradients.ts';
import { internal } from '../core/errors.ts';
import type { Program, ProgramInput } from '../program/program.ts';
import { samplePoints, sizeFitter } from './fit.ts';
import type { Attribute, Graph, GraphInput, GraphOutput } from './graph.ts';
import { registerTraceBackend } from './kernels.ts';
import { Recorder, TRACE_BACKEND, type RecordedNode, type Recording } from './recorder.ts';
import type { Binding, Size } from './size.ts';

/**
 * Turns a program into a graph that holds for every batch size and length. The program is recorded at several sizes; each
 * number that differs is fitted by an integer polynomial in the symbols (fit.ts), which must also predict two recordings that took no
 * part in the fit. Dead nodes are dropped.
 *
 * @throws internal error, naming the op, if recordings differ in structure or a number has no such polynomial.
 */
export function trace(program: Program): Graph {
  const symbols = symbolsOf(program);
  const points = samplePoints(symbols.length);
  const all = [...points.fitted, ...points.heldOut];
  checkLimits(program, symbols, all);
  const runs = all.map((point) => record(program, symbols, point));
  const fit = sizeFitter(points, symbols.length);
  const first = runs[0];

  const sizes = (where: string, lists: readonly (readonly number[])[]): Size[] =>
    lists[0].map((_, i) => {
      const values = lists.map((list) => list[i]);
      const size = lists.every((list) => list.length === lists[0].length) ? fit(values) : undefined;
      return (
        size ??
        internal(
          `${where} of program ${program.name}: ${values.join(', ')} is no polynomial in ${symbols.join(', ')}`,
        )
      );
    });

  for (const { recording } of runs) sameStructure(program.name, first.recording, recording);
  const nodes = first.recording.nodes.map((node, n) => ({
    ...node,
    attributes: Object.fromEntries(
      Object.entries(node.attributes).map(([name, value]): [string, Attribute] => {
        if (!Array.isArray(value)) return [name, value as Attribute];
        return [
          name,
          sizes(
            `${node.op}.${name}`,
            runs.map(({ recording }) => recording.nodes[n].attributes[name] as number[]),
          ),
        ];
      }),
    ),
  }));
  const values = first.recording.values.map(({ dtype }, v) => ({
    dtype,
    shape: sizes(
      'a shape',
      runs.map(({ recording }) => recording.values[v].shape),
    ),
  }));
  return prune({
    name: program.name,
    symbols,
    values,
    nodes,
    inputs: first.inputs,
    constants: first.recording.constants,
    outputs: first.outputs,
  });
}

/** Symbols of the inputs' shapes; the batch size first. */
function symbolsOf(program: Program): string[] {
  const found = new Set(
    program.inputs.flatMap(({ shape }) => shape.filter((size) => typeof size === 'string')),
  );
  return [...found].sort((a, b) => Number(b === 'B') - Number(a === 'B') || a.localeCompare(b));
}

function checkLimits(program: Program, symbols: readonly string[], points: readonly Binding[]): void {
  symbols.forEach((symbol, i) => {
    const needed = Math.max(...points.map((point) => point[i]));
    if ((program.limits[symbol] ?? Infinity) < needed)
      internal(`${program.name} allows ${symbol} only below ${needed}`);
  });
}

interface Run {
  readonly recording: Recording;
  readonly inputs: readonly GraphInput[];
  readonly outputs: readonly GraphOutput[];
}

let recorder: Recorder | undefined;

/** Runs the program once on the recording backend, with the symbols bound as given. */
function record(program: Program, symbols: readonly string[], point: Binding): Run {
  if (recorder === undefined) registerTraceBackend((recorder = new Recorder()));
  const active = recorder;
  const before = tf.getBackend() as string | undefined;
  tf.setBackend(TRACE_BACKEND);
  active.begin();
  try {
    let run: Run | undefined;
    tf.tidy(() => {
      const bound = (shape: ProgramInput['shape']) =>
        shape.map((size) => (typeof size === 'number' ? size : point[symbols.indexOf(size)]));
      const tensors = program.inputs.map(({ shape, dtype }) => {
        const { dataId, shape: sizes } = active.placeholder(bound(shape), dtype);
        return tf.engine().makeTensorFromDataId(dataId, sizes, dtype, active);
      });
      const results = program.run(
        Object.fromEntries(program.inputs.map(({ name }, i) => [name, tensors[i]])),
      );
      const names = new Set(program.results);
      run = {
        recording: active.end(),
        inputs: program.inputs.map(({ name, role }, i) => ({ name, role, value: active.idOf(tensors[i]) })),
        outputs: Object.entries(results).map(([name, tensor]) => ({
          name,
          value: active.idOf(tensor),
          state: !names.has(name),
        })),
      };
    });
    return run ?? internal('a recording was interrupted');
  } finally {
    if (before !== undefined && before !== TRACE_BACKEND) tf.setBackend(before);
  }
}

/** Same kernels on the same values, same constants and same fixed attributes, node by node. */
function sameStructure(name: string, a: Recording, b: Recording): void {
  const fixed = ({ op, inputs, outputs, attributes }: RecordedNode) =>
    JSON.stringify([
      op,
      inputs,
      outputs,
      Object.entries(attributes).map(([key, v]) => (Array.isArray(v) ? [key, v.length] : [key, v])),
    ]);
  if (a.nodes.length !== b.nodes.length)
    internal(`program ${name} records a different number of nodes at other sizes`);
  a.nodes.forEach((node, n) => {
    if (fixed(node) !== fixed(b.nodes[n]))
      internal(`program ${name}: ${node.op} (node ${n}) depends on the sizes`);
  });
  a.constants.forEach(({ value, data }, c) => {
    const other = b.constants[c];
    if (
      other?.value !== value ||
      other.data.length !== data.length ||
      data.some((x, i) => !Object.is(x, other.data[i]))
    ) {
      internal(`program ${name}: an array constant of ${data.length} elements depends on the sizes`);
    }
  });
}

/** Drops nodes and constants that no output needs, and numbers the remaining values anew. Inputs stay, used or not. */
function prune(graph: Graph): Graph {
  const needed = new Set(graph.outputs.map(({ value }) => value));
  const nodes = [...graph.nodes]
    .reverse()
    .filter((node) => {
      const live = node.outputs.some((output) => needed.has(output));
      if (live) for (const input of node.inputs) needed.add(input);
      return live;
    })
    .reverse();
  const constants = graph.constants.filter(({ value }) => needed.has(value));
  const kept = [
    ...graph.inputs.map(({ value }) => value),
    ...constants.map(({ value }) => value),
    ...nodes.flatMap((n) => n.outputs),
  ];
  const renumbered = new Map(kept.map((value, i) => [value, i]));
  const to = (value: number) => renumbered.get(value) ?? internal('pruning dropped a value that is used');
  return {
    ...graph,
    values: kept.map((value) => graph.values[value]),
    inputs: graph.inputs.map((input) => ({ ...input, value: to(input.value) })),
    constants: constants.map((constant) => ({ ...constant, value: to(constant.value) })),
    nodes: nodes.map((node) => ({ ...node, inputs: node.inputs.map(to), outputs: node.outputs.map(to) })),
    outputs: graph.outputs.map((output) => ({ ...output, value: to(output.value) })),
  };
}
