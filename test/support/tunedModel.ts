import { openModelFolder, type ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import { IGNORED } from '../../src/core/ignored.ts';
import { floatTensor, intTensor, type HostTensors } from '../../src/core/tensor.ts';
import type { ExecutorId } from '../../src/engine/executor.ts';
import { executors } from '../../src/engine/registry.ts';
import { parametersFrom } from '../../src/program/assembly.ts';
import type { Program } from '../../src/program/program.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import type { Configuration } from '../../src/recipe/recipe.ts';
import type { Example } from '../../src/tasks/task.ts';
import { freshProgress } from '../../src/trainer/checkpoint.ts';
import { compileTraining, openSession } from '../../src/trainer/session.ts';
import { planSteps } from '../../src/trainer/steps.ts';
import { trainingLoop } from '../../src/trainer/trainingLoop.ts';

/** A padded batch as Python's tokenizers give it. */
export interface PaddedInputs {
  readonly input_ids: number[][];
  readonly attention_mask: number[][];
  readonly token_type_ids: number[][];
}

/** What a model that reads no token types is asked with in Python. */
export type AskedInputs = Omit<PaddedInputs, 'token_type_ids'> & Partial<PaddedInputs>;

/** Training as test/parity/peftParity.py describes it. */
export interface StepsQuestion {
  readonly examples: readonly { input_ids: number[]; token_type_ids: number[]; labels: number | number[] }[];
  readonly batch_size: number;
  /** TrainingArguments, whose names are those of a recipe. */
  readonly arguments: Readonly<Record<string, unknown>>;
}

export interface StepsAnswer {
  readonly losses: number[];
  readonly grad_norms: number[];
  readonly learning_rates: number[];
  /** Trained tensors after the last step, by their names in the model folder. */
  readonly tensors: Record<string, number[] | number[][]>;
}

interface Tuning {
  readonly executorId?: ExecutorId;
  /** `methods` of the recipe. */
  readonly methods?: Record<string, object>;
  /** Of the recipe's task, where it is not as by default. */
  readonly task?: object;
}

/** A model folder with dropout off: what is compared must not depend on random numbers. */
export async function openWithoutDropout(dir: string): Promise<ModelFolder> {
  const model = await openModelFolder(dir);
  const none = { hiddenDropout: 0, attentionDropout: 0, classifierDropout: 0, tokenClassifierDropout: 0 };
  return { ...model, shape: { ...model.shape, ...none } };
}

/** Logits (rows, C) of a padded batch; `trained`: values of trained tensors that differ from the folder's. */
export async function logitsOf(
  model: ModelFolder,
  inputs: PaddedInputs,
  {
    executorId = 'onnx-cpu',
    methods = { ln_tuning: {} },
    task,
    trained,
    numLabels = 3,
  }: Tuning & { trained?: HostTensors; numLabels?: number } = {},
): Promise<Float32Array> {
  const configuration = configurationOf({ methods, task });
  const labels = namesOf(numLabels);
  const session = await openSession(configuration, model, { labels, seed: 0, executorId, trained });
  const { logits } = await session.evaluate(examplesOf(inputs));
  await session.dispose();
  return Float32Array.from(logits.flatMap(({ data }) => [...data]));
}

/** Output of the embeddings and of each layer, each (B, S, d), of a padded batch. */
export async function hiddenStatesOf(
  { architecture, shape, load }: ModelFolder,
  inputs: PaddedInputs,
  executorId: ExecutorId = 'onnx-cpu',
): Promise<Float32Array[]> {
  const tensors = architecture.tensors(shape).filter(({ part }) => part !== 'pooler');
  const states = Array.from({ length: shape.layers + 1 }, (_, layers) => `${layers}`);
  const program: Program = {
    name: 'hidden states',
    inputs: [
      ...tensors.map(({ name, shape }) => ({ name, shape, role: 'frozen', dtype: 'float32' }) as const),
      { name: 'input_ids', shape: ['B', 'S'], role: 'feed', dtype: 'int32' },
      { name: 'attention_mask', shape: ['B', 'S'], role: 'feed', dtype: 'float32' },
      { name: 'token_type_ids', shape: ['B', 'S'], role: 'feed', dtype: 'int32' },
    ],
    results: states,
    limits: { S: shape.maxPositions },
    run: (given) => {
      const context = {
        parameters: parametersFrom(given),
        hooks: {},
        dropout: (_: string, x: typeof given.input_ids) => x,
      };
      const batch = {
        inputIds: given.input_ids,
        attentionMask: given.attention_mask,
        tokenTypeIds: given.token_type_ids,
      };
      // The model cut off after so many layers ends in that layer's output.
      const output = (layers: number) =>
        architecture.forward({ ...shape, layers }, context, batch).lastHiddenState;
      return Object.fromEntries(states.map((name, layers) => [name, output(layers)]));
    },
  };
  const executor = await executors[executorId]();
  const executable = await executor.compile(program);
  const size = [inputs.input_ids.length, inputs.input_ids[0].length];
  const results = await executable.run({
    frozen: executor.store(await load(tensors.map(({ name }) => name))),
    state: executor.store(new Map()),
    feeds: {
      input_ids: intTensor(size, inputs.input_ids.flat()),
      attention_mask: floatTensor(size, inputs.attention_mask.flat()),
      token_type_ids: intTensor(size, inputs.token_type_ids.flat()),
    },
  });
  await executable.dispose();
  return states.map((name) => results[name].data as Float32Array);
}

/** The product's training loop over consecutive examples of three classes, in the same order in every epoch; each step is logged. */
export async function train(
  model: ModelFolder,
  { examples, batch_size, arguments: training }: StepsQuestion,
  {
    executorId = 'onnx-cpu',
    methods = { ln_tuning: {} },
    task,
    trained,
  }: Tuning & { trained?: HostTensors } = {},
): Promise<StepsAnswer> {
  const configuration = configurationOf({
    methods,
    task,
    training: { ...training, per_device_train_batch_size: batch_size, logging_steps: 1, eval_strategy: 'no' },
  });
  const session = await openSession(configuration, model, {
    labels: namesOf(3),
    seed: 0,
    executorId,
    trained,
  });
  const executables = await compileTraining(session, configuration);
  const batches = Array.from({ length: Math.ceil(examples.length / batch_size) }, (_, batch) =>
    Int32Array.from(examples.keys()).slice(batch * batch_size, (batch + 1) * batch_size),
  );
  const logged: Readonly<Record<string, number>>[] = [];
  await trainingLoop({
    configuration,
    seed: 0,
    session,
    executables,
    train: examples.map((example, id) => ({
      id,
      inputIds: Int32Array.from(example.input_ids),
      typeIds: Int32Array.from(example.token_type_ids),
      targets: Int32Array.from([example.labels].flat()),
      isLabelled: true,
      truncated: false,
    })),
    steps: {
      ...planSteps(
        configuration,
        examples.map(({ input_ids }) => input_ids.length),
        0,
      ),
      take: (done) => [batches[done % batches.length]],
    },
    progress: freshProgress(),
    requested: { stop: () => false, checkpoint: () => false },
    log: (values) => Promise.resolve(void logged.push(values)),
    stopping: () => Promise.resolve(),
    afterStep: () => Promise.resolve(),
    evaluate: () => Promise.resolve(true),
    saveCheckpoint: () => Promise.resolve(),
  });
  const tensors = await session.state.read(session.assembly.trained.map(({ name }) => name));
  await session.dispose();
  return {
    losses: logged.map((values) => values['train/loss']),
    grad_norms: logged.map(({ grad_norm }) => grad_norm),
    learning_rates: logged.map(({ lr }) => lr),
    tensors: Object.fromEntries(
      [...tensors].map(([name, { data }]) => [nameInFolder(name, model), [...data]]),
    ),
  };
}

/** As a task class's folder calls a tensor. */
function nameInFolder(
  name: string,
  { architecture, shape }: Pick<ModelFolder, 'architecture' | 'shape'>,
): string {
  return architecture.tensors(shape).some((tensor) => tensor.name === name)
    ? architecture.basePrefix + name
    : name;
}

/** A recipe's only configuration, every default filled in. */
export function configurationOf({
  methods,
  training = {},
  task: change = {},
}: {
  methods: Record<string, object>;
  training?: object;
  task?: object;
}): Configuration {
  const columns = 'type' in change ? {} : { type: 'text-classification', text: 'text', label: 'label' };
  const task = { train: 'train.tsv', ...columns, ...change };
  const { recipe, problems } = parseRecipe(
    JSON.stringify({ version: 1, model: './model', task, methods, training }),
    'test',
  );
  if (recipe === undefined) throw new Error(problems.map(({ message }) => message).join('; '));
  return recipe.configurations[0];
}

const namesOf = (count: number) => Array.from({ length: count }, (_, id) => `label ${id}`);

function examplesOf({ input_ids, attention_mask, token_type_ids }: PaddedInputs): Example[] {
  return input_ids.map((ids, id) => {
    const length = attention_mask[id].filter((mask) => mask === 1).length;
    return {
      id,
      inputIds: Int32Array.from(ids.slice(0, length)),
      typeIds: Int32Array.from(token_type_ids[id].slice(0, length)),
      targets: Int32Array.of(IGNORED),
      isLabelled: false,
      truncated: false,
    };
  });
}
