import { describe, expect, it } from 'vitest';
import { evaluationProgram, trainingPrograms } from '../../../src/program/training.ts';
import type { Graph } from '../../../src/trace/graph.ts';
import { isNarrowed, narrowed } from '../../../src/trace/narrow.ts';
import { trace } from '../../../src/trace/trace.ts';
import { verify } from '../../../src/trace/verify.ts';
import { oneExampleEach } from '../../support/methodExamples.ts';
import { plainSettings, tinyAssembly, tinyModels } from '../../support/tinyModel.ts';

const dtypes = ['float16', 'bfloat16'] as const;

describe.each(tinyModels)('$architecture', ({ config }) => {
  describe.each(oneExampleEach)('with $name', ({ use }) => {
    const assembly = tinyAssembly({ config, use });
    const programs = [
      ...Object.values(trainingPrograms(assembly, plainSettings)),
      evaluationProgram(assembly),
    ];
    const graphs = programs.map((program) => trace(program));

    it.each(dtypes)('%s graphs are sound, at small sizes and others', (dtype) => {
      for (const graph of graphs) {
        const bindings = [3, 8].map((size) => graph.symbols.map((_, i) => size + i));
        expect(verify(narrowed(graph, dtype), bindings)).toEqual([]);
      }
    });

    it.each(dtypes)('frozen matrices are %s, and all else that goes in or out is as it was', (dtype) => {
      for (const graph of graphs) {
        const found = narrowed(graph, dtype);
        const typesOf = ({ inputs, outputs, values }: Graph) =>
          [...inputs, ...outputs].map(({ name, value }) => [name, values[value].dtype]);
        const expected = [...graph.inputs, ...graph.outputs].map((each) => {
          const value = graph.values[each.value];
          const isFrozenMatrix = 'role' in each && each.role === 'frozen' && isNarrowed(value);
          return [each.name, isFrozenMatrix ? dtype : value.dtype];
        });
        expect(typesOf(found)).toEqual(expected);
        const work = found.nodes.filter(
          ({ op, outputs }) => op !== 'Cast' && found.values[outputs[0]].dtype === dtype,
        );
        const ops = new Set(work.map(({ op }) => op));
        for (const op of ops)
          expect(['BatchMatMul', 'GatherV2', 'Reshape', 'Slice', 'Transpose']).toContain(op);
      }
    });
  });
});

it('a product with a frozen matrix is narrow, one of two activations is not', () => {
  const graph = trace(evaluationProgram(tinyAssembly()));
  const frozen = new Set(graph.inputs.filter(({ role }) => role === 'frozen').map(({ value }) => value));
  const products = graph.nodes.filter(({ op }) => op === 'BatchMatMul');
  const expected = products.map(({ inputs }) =>
    inputs.some((value) => frozen.has(value)) ? 'bfloat16' : 'float32',
  );
  const found = narrowed(graph, 'bfloat16');
  const dtypesFound = found.nodes
    .filter(({ op }) => op === 'BatchMatMul')
    .map(({ outputs }) => found.values[outputs[0]].dtype);
  expect(new Set(expected)).toEqual(new Set(['bfloat16', 'float32']));
  expect(dtypesFound).toEqual(expected);
});

it('float32 is the graph itself', () => {
  const graph = trace(evaluationProgram(tinyAssembly()));
  expect(narrowed(graph)).toBe(graph);
});
