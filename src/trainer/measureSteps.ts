import { randomTensors } from '../checkpoints/randomModel.ts';
import { internal } from '../core/errors.ts';
import { zeros } from '../core/tensor.ts';
import type { Executor, ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { bert } from '../models/bert.ts';
import type { MeasuredStep } from '../plan/stepSeconds.ts';
import { workOf } from '../plan/work.ts';
import { trainingPrograms, trainingState } from '../program/training.ts';
import { assembleConfiguration } from '../recipe/assembleConfiguration.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Example } from '../tasks/task.ts';
import { trace } from '../trace/trace.ts';
import { optimizerStep } from './optimizerStep.ts';
import { timeSteps } from './timeSteps.ts';
import { initialValues } from './weights.ts';

/** One kind of step of a random BERT of two layers. */
interface Case {
  readonly method: 'ln_tuning' | 'full';
  readonly width: number;
  readonly batchSize: number;
  /** In tokens. */
  readonly length: number;
}

/** Between them they tell arithmetic, memory, the optimizer and the start of operations apart. */
const CASES: readonly Case[] = [
  { method: 'ln_tuning', width: 384, batchSize: 4, length: 8 },
  { method: 'ln_tuning', width: 384, batchSize: 32, length: 32 },
  { method: 'ln_tuning', width: 768, batchSize: 32, length: 32 },
  { method: 'full', width: 384, batchSize: 32, length: 32 },
  { method: 'full', width: 768, batchSize: 4, length: 8 },
];

/** The one that takes least, for who only asks whether training steps work. */
export const smallest: readonly Case[] = CASES.slice(0, 1);

/** For each case, in ms; at least `LEAST_STEPS` steps. */
const ENOUGH_MS = 500;
const LEAST_STEPS = 4;

const VOCABULARY = 8000;

export type NamedStep = MeasuredStep & { readonly name: string };

/** Runs real training steps of small models, a few seconds in all. @throws the signal's reason where it is aborted between two cases */
export async function measureSteps(
  executorId: ExecutorId,
  signal: AbortSignal,
  cases = CASES,
): Promise<NamedStep[]> {
  const executor = await executors[executorId]();
  try {
    const measured: NamedStep[] = [];
    for (const each of cases) {
      signal.throwIfAborted();
      measured.push(await measureCase(executor, each));
    }
    return measured;
  } finally {
    await executor.dispose();
  }
}

async function measureCase(executor: Executor, each: Case): Promise<NamedStep> {
  const { method, width, batchSize, length } = each;
  const configuration = configurationOf(method);
  const { training } = configuration;
  const model = randomModel(width);
  const assembly = assembleConfiguration(configuration, { ...model, numLabels: 2 });
  const programs = trainingPrograms(assembly, training);
  if (!('step' in programs)) return internal('one program expected');
  const graph = trace(programs.step);
  const executable = await executor.compile(programs.step);
  const frozen = executor.store(await model.load(assembly.frozen.map(({ name }) => name)), 'frozen');
  const fresh = trainingState(assembly, training).map(({ name, shape }) => [name, zeros(shape)] as const);
  const state = executor.store(new Map([...(await initialValues(assembly, model, 0)), ...fresh]));
  const train = examplesOf(each);
  const session = { assembly, frozen, state };
  const context = { configuration, seed: 0, session, executables: { step: executable }, train };
  const batches = [Int32Array.from(train, ({ id }) => id)];
  let seconds: number;
  try {
    seconds = await timeSteps(
      (step) => optimizerStep(context, batches, { step, batch: step, learningRate: () => 1e-4 }),
      { steps: LEAST_STEPS, ms: ENOUGH_MS },
    );
  } finally {
    await executable.dispose();
    frozen.dispose();
    state.dispose();
  }
  const sizes: Readonly<Record<string, number>> = { B: batchSize, S: length };
  const binding = graph.symbols.map((symbol) => sizes[symbol]);
  const name = `${method}, 2 layers of ${width}, ${batchSize} x ${length} tokens`;
  return { name, seconds, work: workOf(graph, binding) };
}

function configurationOf(method: Case['method']): Configuration {
  const { recipe } = parseRecipe(
    `version: 1
model: ./none
task: { type: text-classification, train: none.tsv, text: text, label: label, pooling: model }
methods: { ${method}: {} }
`,
    'measure.peft.yaml',
  );
  return recipe?.configurations[0] ?? internal(`${method} makes no recipe`);
}

/** As a model folder, with small random weights: with zeros, arithmetic may be faster. */
function randomModel(width: number) {
  const shape = bert.readConfig({
    hidden_size: width,
    num_hidden_layers: 2,
    num_attention_heads: 12,
    intermediate_size: 4 * width,
    vocab_size: VOCABULARY,
    max_position_embeddings: 512,
    type_vocab_size: 2,
  });
  const info = { architecture: bert, shape };
  return { ...info, missing: [], ...randomTensors(info, 0) };
}

function examplesOf({ batchSize, length }: Case): Example[] {
  return Array.from({ length: batchSize }, (_, id) => ({
    id,
    inputIds: Int32Array.from({ length }, (_, k) => (7919 * (id * length + k)) % VOCABULARY),
    typeIds: new Int32Array(length),
    targets: Int32Array.of(id % 2),
    isLabelled: true,
    truncated: false,
  }));
}
