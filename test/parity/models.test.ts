import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelFolder } from '../../src/checkpoints/modelFolder.ts';
import { floatTensor, type HostTensors } from '../../src/core/tensor.ts';
import { architectures } from '../../src/models/registry.ts';
import { assemblyOf } from '../../src/trainer/session.ts';
import { difference, expectClose, expectSameTraining, TOLERANCE } from '../support/closeness.ts';
import { casesOn, executorsHere } from '../support/executorsHere.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import {
  configurationOf,
  hiddenStatesOf,
  logitsOf,
  openWithoutDropout,
  train,
  type StepsAnswer,
} from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import {
  architectureIds,
  asked,
  LABELS,
  randomExamples,
  randomInputs,
  writeRandomModel,
} from './randomModel.ts';

const FLAT = 'prefix.prompt_embeddings';

const root = suiteFolder();
const models = await Promise.all(
  architectureIds.map(async (id, i) => ({ id, dir: await writeRandomModel(join(root, id), 90 + i, { id }) })),
);
const folderOf = (id: string) => models.find((model) => model.id === id)!.dir;

const forward = models.map(({ id, dir }, i) => {
  const inputs = randomInputs(90 + i, id);
  return { id, dir, inputs, answer: python.logits(dir, asked(id, inputs)) };
});

/** A text that has the token of padding among its own, which all attend to. */
const paddingInside = ((id: string) => {
  const inputs = randomInputs(93, id);
  const input_ids = inputs.input_ids.map((row) => row.map((token, i) => (i === 3 ? 1 : token)));
  const changed = { ...inputs, input_ids };
  return { id, inputs: changed, answer: python.logits(folderOf(id), asked(id, changed)) };
})('roberta');

interface Training {
  readonly name: string;
  readonly id: string;
  readonly methods: Record<string, object>;
  /** The same in Python. */
  readonly how: Tuned;
  readonly learning_rate: number;
  readonly adam_epsilon?: number;
}

const norms = ['LayerNorm', 'sa_layer_norm', 'output_layer_norm', 'ln_1', 'ln_2', 'ln_f'];
// Where gradients are as small as their rounding, Adam's usual epsilon would make whole steps of that.
const full = { methods: { full: {} }, how: { trainable: '' }, learning_rate: 1e-3, adam_epsilon: 1e-6 };
const lora = (id: string, targets: string[]): Training => ({
  name: 'LoRA and norms',
  id,
  methods: { ln_tuning: {}, lora: { r: 4, target_modules: targets } },
  how: {
    peft: {
      peft_type: 'LORA',
      r: 4,
      lora_alpha: 16,
      target_modules: targets,
      modules_to_save: norms,
    },
  },
  learning_rate: 3e-3,
});

/** 20 steps each, from the tensors that Python starts with. */
const list: readonly Training[] = [
  ...['roberta', 'distilbert', 'gpt2'].flatMap((id): Training[] => [
    { id, name: 'every tensor', ...full },
    {
      id,
      name: 'LN-tuning',
      methods: { ln_tuning: {} },
      how: { peft: { peft_type: 'LN_TUNING', target_modules: norms } },
      learning_rate: 5e-3,
    },
  ]),
  lora('roberta', ['query', 'value']),
  lora('distilbert', ['q_lin', 'v_lin', 'lin2']),
  lora('gpt2', ['c_attn', 'c_fc']),
  {
    id: 'gpt2',
    name: "(IA)3 with PEFT's own targets",
    methods: { ia3: {} },
    how: { peft: { peft_type: 'IA3' } },
    learning_rate: 1e-2,
  },
  ...['roberta', 'gpt2'].map((id): Training => ({
    id,
    name: 'prefix-tuning',
    methods: { prefix_tuning: { num_virtual_tokens: 6, dropout: 0 } },
    how: { peft: { peft_type: 'PREFIX_TUNING', num_virtual_tokens: 6 } },
    learning_rate: 1e-2,
  })),
];

const trainings = list.map((each, i) => {
  const steps = {
    examples: randomExamples(90 + i),
    batch_size: 8,
    arguments: {
      num_train_epochs: 5,
      learning_rate: each.learning_rate,
      max_grad_norm: 1,
      lr_scheduler_type: 'linear',
      weight_decay: 0.1,
      ...(each.adam_epsilon !== undefined && { adam_epsilon: each.adam_epsilon }),
    },
  };
  const examples = steps.examples.map((example) => asked(each.id, example));
  return {
    ...each,
    steps,
    answer: python.tunedSteps(folderOf(each.id), { ...steps, examples, ...each.how }),
  };
});

describe.each(executorsHere)('on %s equals Transformers', (executorId) => {
  it.each(forward)('$id in hidden states and logits', async ({ dir, inputs, answer }) => {
    const { logits, hidden_states } = await answer;
    const model = await openWithoutDropout(dir);
    const found = await hiddenStatesOf(model, inputs, executorId);
    // Of a model with a norm behind the layers, only the last one is a model that is cut off.
    const comparable = hasFinalNorm(model) ? [hidden_states.length - 1] : hidden_states.keys();
    for (const k of comparable) expectClose(`hidden state ${k}`, found[k], hidden_states[k]);
    expectClose('logits', await logitsOf(model, inputs, { executorId }), logits);
  });

  const cases = casesOn(executorId, trainings, ({ name }) => name === 'LN-tuning');
  it.each(cases)('$id in 20 steps: $name', async ({ id, methods, steps, answer }) => {
    const { initial, ...expected } = await answer;
    expect(expected.losses).toHaveLength(20);
    const model = await openWithoutDropout(folderOf(id));
    const { trained } = assemblyOf(configurationOf({ methods }), model, LABELS.length);
    const start: HostTensors = new Map(
      trained.map(({ name, shape }) => [name, floatTensor(shape, canonical(id, initial)[name].flat())]),
    );
    const found = await train(model, steps, { executorId, methods, trained: start });
    expectSameTraining(comparable(id, found), comparable(id, expected));
  });
});

it("RoBERTa's positions leave out padding wherever it stands", async () => {
  const { id, inputs, answer } = paddingInside;
  const { logits } = await answer;
  const model = await openWithoutDropout(folderOf(id));
  expectClose('logits', await logitsOf(model, inputs), logits);
  const elsewhere = {
    ...inputs,
    input_ids: inputs.input_ids.map((row) => row.map((t, i) => (i === 3 ? 4 : t))),
  };
  expect(difference(await logitsOf(model, elsewhere), logits)).toBeGreaterThan(TOLERANCE);
});

/**
 * Without the keys' biases: the loss does not depend on them, so that their gradients are rounding alone, of which Adam makes steps.
 */
function comparable(id: string, answer: StepsAnswer): StepsAnswer {
  const tensors = Object.entries(canonical(id, answer.tensors))
    .filter(([name]) => !/(key|k_lin)\.bias$/.test(name))
    .map(([name, values]) => [name, name.endsWith('c_attn.bias') ? withoutMiddleThird(values) : values]);
  return { ...answer, tensors: Object.fromEntries(tensors) };
}

/** Biases of queries and values, of those of queries, keys and values. */
function withoutMiddleThird(values: StepsAnswer['tensors'][string]): StepsAnswer['tensors'][string] {
  const flat = values.flat() as number[];
  const third = flat.length / 3;
  return flat.filter((_, i) => i < third || i >= 2 * third);
}

function hasFinalNorm({ architecture, shape }: ModelFolder): boolean {
  return architecture.tensors(shape).some(({ part }) => part === 'final');
}

/** PEFT calls a flat prefix the weight of an embedding. */
function canonical(id: string, tensors: StepsAnswer['tensors']): StepsAnswer['tensors'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => [
      name === 'prefix.embedding.weight' ? FLAT : name.replace(architectures[id].basePrefix, ''),
      values,
    ]),
  );
}
