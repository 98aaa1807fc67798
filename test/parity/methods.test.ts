import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { floatTensor, type HostTensors } from '../../src/core/tensor.ts';
import { assemblyOf } from '../../src/trainer/session.ts';
import { expectSameTraining } from '../support/closeness.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { configurationOf, openWithoutDropout, train, type StepsAnswer } from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import { LABELS, randomExamples, writeRandomModel } from './randomModel.ts';

const folder = await writeRandomModel(join(suiteFolder(), 'model'), 61);
const training = { num_train_epochs: 5, max_grad_norm: 1, lr_scheduler_type: 'linear' };
const outputDense = ['key', 'value', 'output.dense'];

interface Training {
  readonly name: string;
  readonly methods: Record<string, object>;
  /** The same in Python. */
  readonly how: Tuned;
  readonly arguments: Record<string, unknown>;
}

/** 20 steps each, from the tensors that PEFT starts with. */
const list: readonly Training[] = [
  {
    name: 'LoRA',
    methods: { lora: {} },
    how: { peft: { peft_type: 'LORA', r: 8, lora_alpha: 16 } },
    arguments: { ...training, learning_rate: 5e-3 },
  },
  {
    name: 'rsLoRA of every linear map, weight decay 0.1, another epsilon',
    methods: {
      lora: {
        r: 4,
        lora_alpha: 6,
        use_rslora: true,
        target_modules: ['query', 'key', 'value', 'output.dense', 'intermediate.dense'],
      },
    },
    how: {
      peft: {
        peft_type: 'LORA',
        r: 4,
        lora_alpha: 6,
        use_rslora: true,
        target_modules: ['query', 'key', 'value', 'output.dense', 'intermediate.dense'],
      },
    },
    arguments: { ...training, learning_rate: 2e-3, weight_decay: 0.1, adam_epsilon: 1e-6 },
  },
  {
    name: 'LoRA of one layer',
    methods: { lora: { r: 3, target_modules: ['value'], layers: [1] } },
    how: {
      peft: { peft_type: 'LORA', r: 3, lora_alpha: 16, target_modules: ['value'], layers_to_transform: [1] },
    },
    arguments: { ...training, learning_rate: 5e-3 },
  },
  {
    name: "(IA)3 with PEFT's own targets",
    methods: { ia3: { target_modules: outputDense, feedforward_modules: ['output.dense'] } },
    how: { peft: { peft_type: 'IA3' } },
    arguments: { ...training, learning_rate: 1e-2 },
  },
  {
    name: "(IA)3 with the paper's targets, weight decay 0.1",
    methods: { ia3: {} },
    how: {
      peft: {
        peft_type: 'IA3',
        target_modules: String.raw`.*\.(key|value|\d+\.output\.dense)`,
        feedforward_modules: String.raw`.*\.\d+\.output\.dense`,
      },
    },
    arguments: { ...training, learning_rate: 1e-2, weight_decay: 0.1 },
  },
  {
    name: 'LoRA + LN',
    methods: { ln_tuning: {}, lora: {} },
    how: { peft: { peft_type: 'LORA', r: 8, lora_alpha: 16, modules_to_save: ['LayerNorm'] } },
    arguments: { ...training, learning_rate: 3e-3, weight_decay: 0.1 },
  },
  {
    name: 'BitFit',
    methods: { bitfit: {} },
    how: { trainable: String.raw`\.bias$` },
    arguments: { ...training, learning_rate: 5e-3, weight_decay: 0.1 },
  },
  {
    name: 'BitFit of linear maps',
    methods: { bitfit: { biases: ['attention', 'ffn'] } },
    how: { trainable: String.raw`layer\..*(query|key|value|dense)\.bias$` },
    arguments: { ...training, learning_rate: 1e-2 },
  },
  {
    name: 'full fine-tuning, weight decay 0.1',
    methods: { full: {} },
    how: { trainable: '' },
    arguments: { ...training, learning_rate: 1e-3, weight_decay: 0.1 },
  },
];

const trainings = list.map((each, i) => {
  const steps = { examples: randomExamples(60 + i), batch_size: 8, arguments: each.arguments };
  return { ...each, steps, answer: python.tunedSteps(folder, { ...steps, ...each.how }) };
});

describe.each(executorsHere)('20 steps on %s equal those in PyTorch', (executorId) => {
  it.each(trainings)('$name', async ({ methods, steps, answer }) => {
    const { initial, ...expected } = await answer;
    expect(expected.losses).toHaveLength(20);
    const model = await openWithoutDropout(folder);
    const { trained } = assemblyOf(configurationOf({ methods }), model, LABELS.length);
    const start: HostTensors = new Map(
      trained.map(({ name, shape }) => [name, floatTensor(shape, canonical(initial)[name].flat())]),
    );
    const found = await train(model, steps, { executorId, methods, trained: start });
    expectSameTraining(comparable(found), comparable(expected));
  });
});

/**
 * Under canonical names, without the keys' biases: the loss does not depend on them, so that their gradients are rounding
 * alone, of which Adam makes steps.
 */
function comparable(answer: StepsAnswer): StepsAnswer {
  const tensors = Object.entries(canonical(answer.tensors)).filter(([name]) => !name.endsWith('key.bias'));
  return { ...answer, tensors: Object.fromEntries(tensors) };
}

function canonical(tensors: StepsAnswer['tensors']): StepsAnswer['tensors'] {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => [name.replace(/^bert\./, ''), values]),
  );
}
