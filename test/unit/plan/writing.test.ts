import { describe, expect, it } from 'vitest';
import { gpt2 } from '../../../src/models/gpt2.ts';
import { arenaBytes } from '../../../src/plan/arena.ts';
import { planConfiguration } from '../../../src/plan/plan.ts';
import { generationPrograms } from '../../../src/program/generation.ts';
import type { Program } from '../../../src/program/program.ts';
import { evaluationProgram, trainingPrograms } from '../../../src/program/training.ts';
import { assembleConfiguration } from '../../../src/recipe/assembleConfiguration.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { memoryEvents } from '../../../src/trace/liveness.ts';
import { trace } from '../../../src/trace/trace.ts';

const shape = gpt2.readConfig({ vocab_size: 50, n_embd: 16, n_layer: 2, n_head: 2, n_positions: 64 });
const model = { architecture: gpt2, shape };
const NODE = 25e3;

function configurationOf(task: string) {
  const { recipe, problems } = parseRecipe(
    `version: 1
model: ./model
task: { train: train.csv, max_length: 40, ${task} }
methods: { ln_tuning: {} }
training: { per_device_train_batch_size: 4, per_device_eval_batch_size: 8 }
`,
    'test.peft.yaml',
  );
  if (recipe === undefined) throw new Error(JSON.stringify(problems));
  return recipe.configurations[0];
}

function memoryOf(task: string) {
  return planConfiguration({ configuration: configurationOf(task), model }).memoryBytes;
}

/** What the graph of a program gives at these sizes. */
function graphOf(program: Program, sizes: Readonly<Record<string, number>>) {
  const graph = trace(program);
  const binding = graph.symbols.map((symbol) => sizes[symbol]);
  return { arena: arenaBytes(memoryEvents(graph, binding)), nodes: graph.nodes.length };
}

const writes = (beams: number) =>
  `type: text-generation, prompt: '{a}', completion: b, generation: { max_new_tokens: 10, num_beams: ${beams} }`;

describe('memory of a task that writes texts', () => {
  const assembly = assembleConfiguration(configurationOf(writes(1)), { ...model, missing: [], numLabels: 0 });
  const { begin, extend } = generationPrograms(assembly);
  const programs = trainingPrograms(assembly, configurationOf(writes(1)).training);
  const step = graphOf((programs as { step: Program }).step, { B: 4, S: 40 });
  const evaluation = graphOf(evaluationProgram(assembly), { B: 8, S: 40 });

  it.each([
    { beams: 1, texts: 8, versions: 8 },
    { beams: 3, texts: 2, versions: 6 },
    { beams: 9, texts: 1, versions: 9 },
  ])('with $beams beams has the programs that write, and the cache', ({ beams, texts, versions }) => {
    const [without, whole] = [memoryOf(writes(beams)), memoryOf(`${writes(beams)}, test: test.csv`)];
    const writing = [
      graphOf(begin, { B: texts, S: 30 }),
      graphOf(extend, { B: versions, S: 1, P: 38 }), // the 40th token is written and not read
    ];
    const added = [evaluation, ...writing];
    const sum = (key: 'arena' | 'nodes') => added.reduce((total, graph) => total + graph[key], 0);
    expect(whole.activations - without.activations).toBe(sum('arena'));
    const logits = 4 * versions * 50;
    const cache = 4 * 2 * 2 * versions * 16 * 39; // keys and values of 2 layers
    const scalars = 4 * 3; // of a step
    expect(whole.runtime - without.runtime).toBeCloseTo(
      sum('nodes') * NODE + 2.8 * (logits + cache - scalars),
      3,
    );
    expect({ ...whole, activations: 0, runtime: 0, total: 0 }).toEqual({
      ...without,
      activations: 0,
      runtime: 0,
      total: 0,
    });
  });

  it('is that of training alone where nothing is to be written', () => {
    const { activations, gradients } = memoryOf(writes(1));
    expect(activations).toBe(step.arena - gradients);
  });

  it('has no such programs where a task of the same model writes nothing', () => {
    const language = (more: string) => memoryOf(`type: language-modeling${more}`).activations;
    expect(language(', validation: dev.txt') - language('')).toBe(evaluation.arena);
  });
});
