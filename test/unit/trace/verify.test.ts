import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { evaluationProgram, trainingPrograms } from '../../../src/program/training.ts';
import type { Graph, Node } from '../../../src/trace/graph.ts';
import { trace } from '../../../src/trace/trace.ts';
import { verify } from '../../../src/trace/verify.ts';
import { smallProgram } from '../../support/smallProgram.ts';
import { plainSettings, tinyAssembly } from '../../support/tinyModel.ts';

const BINDINGS = [
  [2, 9],
  [1, 1],
];

describe('sound graphs', () => {
  const assembly = tinyAssembly();
  const programs = [
    ...Object.values(trainingPrograms(assembly, plainSettings)),
    ...Object.values(trainingPrograms(assembly, { ...plainSettings, gradient_accumulation_steps: 2 })),
    evaluationProgram(assembly),
  ];
  it.each(programs.map((program) => [program.name, program] as const))('%s has no fault', (_, program) => {
    expect(verify(trace(program), BINDINGS)).toEqual([]);
  });
});

describe('planted faults', () => {
  const graph = trace(
    smallProgram({ x: ['B', 'S'], w: [5, 3] }, ({ x, w }) => ({
      y: tf.add(tf.matMul(tf.reshape(tf.tile(x, [1, 3]), [-1, 3]), w, false, true), 1),
    })),
  );
  const withNode = (op: string, change: (node: Node) => Node): Graph => ({
    ...graph,
    nodes: graph.nodes.map((node) => (node.op === op ? change(node) : node)),
  });
  const withValue = (op: string, change: object): Graph => {
    const value = graph.nodes.find((node) => node.op === op)!.outputs[0];
    return { ...graph, values: graph.values.map((v, i) => (i === value ? { ...v, ...change } : v)) };
  };

  it('the graph itself has none', () => {
    expect(verify(graph, BINDINGS)).toEqual([]);
  });

  it.each<[string, Graph, RegExp]>([
    ['nodes out of order', { ...graph, nodes: [...graph.nodes].reverse() }, /uses %\d+ before it is made/],
    [
      'a node that stands twice',
      { ...graph, nodes: [...graph.nodes, graph.nodes[0]] },
      /Tile \(node 4\) makes %\d+ a second time/,
    ],
    [
      'an output that nothing makes',
      { ...graph, outputs: [{ name: 'y', value: 99, state: false }] },
      /output y uses %99/,
    ],
    [
      'a wrong shape',
      withValue('BatchMatMul', { shape: [7, 5] }),
      /BatchMatMul .* at 2, 9: expected \[\[18,5\]\], found \[\[7,5\]\]/,
    ],
    ['a wrong dtype', withValue('Tile', { dtype: 'int32' }), /Tile \(node 0\) makes int32 of float32/],
    [
      'a transpose that is missing',
      withNode('BatchMatMul', (node) => ({ ...node, attributes: { transposeA: false, transposeB: false } })),
      /operands that do not fit/,
    ],
    [
      'an op that nobody knows',
      withNode('Tile', (node) => ({ ...node, op: 'Tiles' })),
      /Tiles \(node 0\) is no known op/,
    ],
  ])('%s', (_, faulty, message) => {
    expect(verify(faulty, BINDINGS).join('\n')).toMatch(message);
  });
});
