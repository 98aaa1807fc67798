import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectClose, expectSameTraining } from '../support/closeness.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { hiddenStatesOf, logitsOf, openWithoutDropout, train } from '../support/tunedModel.ts';
import { python } from './python.ts';
import { randomExamples, randomInputs, writeRandomModel } from './randomModel.ts';

const folder = suiteFolder();
const inputs = randomInputs(1);

/** Each activation, with fresh weights and other sizes. */
const models = [
  { name: 'gelu', seed: 11, change: {} },
  {
    name: 'gelu_new, an eps of 1e-5, 3 heads, 4 segments',
    seed: 12,
    change: {
      hidden_act: 'gelu_new',
      layer_norm_eps: 1e-5,
      hidden_size: 24,
      num_attention_heads: 3,
      type_vocab_size: 4,
    },
  },
  {
    name: 'relu, 3 layers, narrow inside',
    seed: 13,
    change: { hidden_act: 'relu', num_hidden_layers: 3, intermediate_size: 20 },
  },
];

const clipped = { num_train_epochs: 5, learning_rate: 5e-3, max_grad_norm: 1, lr_scheduler_type: 'linear' };

/** 20 steps each, as the Trainer runs them with PEFT's LN_TUNING and as the product does. */
const trainings = [
  {
    name: 'all norms',
    methods: { ln_tuning: {} },
    steps: { target_modules: ['LayerNorm'], arguments: clipped },
  },
  {
    name: 'weight decay 0.1',
    methods: { ln_tuning: {} },
    steps: { target_modules: ['LayerNorm'], arguments: { ...clipped, weight_decay: 0.1 } },
  },
  {
    name: 'one layer, cosine with warm-up, label smoothing, no clipping, other betas',
    methods: { ln_tuning: { layers: [1] } },
    steps: {
      target_modules: String.raw`.*encoder\.layer\.1\..*LayerNorm`,
      arguments: {
        num_train_epochs: 5,
        learning_rate: 2e-2,
        max_grad_norm: 0,
        lr_scheduler_type: 'cosine',
        warmup_steps: 0.15,
        label_smoothing_factor: 0.1,
        adam_beta1: 0.8,
        adam_beta2: 0.99,
        adam_epsilon: 1e-6,
      },
    },
  },
];

const folders = await Promise.all(
  models.map(({ seed, change }, i) => writeRandomModel(join(folder, `${i}`), seed, { change })),
);
const asked = {
  models: models.map((model, i) => ({
    ...model,
    dir: folders[i],
    answer: python.logits(folders[i], inputs),
  })),
  trainings: trainings.map((training, i) => {
    const steps = { examples: randomExamples(20 + i), batch_size: 8, ...training.steps };
    return { ...training, steps, answer: python.lnSteps(folders[0], steps) };
  }),
};

describe.each(executorsHere)('BERT on %s equals Transformers', (executorId) => {
  it.each(asked.models)('in hidden states and logits: $name', async ({ dir, answer }) => {
    const { logits, hidden_states } = await answer;
    const model = await openWithoutDropout(dir);
    const found = await hiddenStatesOf(model, inputs, executorId);
    hidden_states.forEach((expected, k) => expectClose(`hidden state ${k}`, found[k], expected));
    expectClose('logits', await logitsOf(model, inputs, { executorId }), logits);
  });

  it.each(asked.trainings)('in 20 steps: $name', async ({ methods, steps, answer }) => {
    const expected = await answer;
    expect(expected.losses).toHaveLength(20);
    expectSameTraining(
      await train(await openWithoutDropout(folders[0]), steps, { executorId, methods }),
      expected,
    );
  });
});
