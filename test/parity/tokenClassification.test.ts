import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWordsTo, loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import { entitiesOf } from '../../src/core/entities.ts';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { merged } from '../../src/exports/merged.ts';
import { peft } from '../../src/exports/peft.ts';
import { entityMetrics } from '../../src/tasks/entityMetrics.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { expectClose, expectSameTraining } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout, train, type StepsQuestion } from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import { randomExamples, randomInputs, writeRandomModel } from './randomModel.ts';
import { texts } from './texts.ts';

const task = { type: 'token-classification' };
const labels = ['B-x', 'I-x', 'O'];
const folder = suiteFolder();
const inputs = randomInputs(41);
const pooler = ['bert.pooler.dense.weight', 'bert.pooler.dense.bias'];
const dir = await writeRandomModel(join(folder, 'model'), 41, {
  change: { architectures: ['BertForTokenClassification'] },
  without: pooler,
});

/** Some tokens have a label; the first tells it, so that the loss moves. */
const examples: StepsQuestion['examples'] = randomExamples(42).map(({ labels, ...example }) => ({
  ...example,
  labels: example.input_ids.map((id, i) => (i === 0 ? (labels as number) : id % 3 === 0 ? -100 : id % 3)),
}));

interface Training {
  readonly name: string;
  readonly methods: Record<string, object>;
  readonly how: Tuned;
  readonly arguments: object;
}

const all: Training[] = [
  {
    name: 'LN-tuning of PEFT',
    methods: { ln_tuning: {} },
    how: { peft: { peft_type: 'LN_TUNING', task_type: 'TOKEN_CLS', target_modules: ['LayerNorm'] } },
    arguments: {},
  },
  {
    name: 'every parameter, with label smoothing',
    methods: { full: {} },
    how: { trainable: '.' },
    // The loss does not depend on the keys' biases: with Adam's usual epsilon their steps would be rounding alone.
    arguments: { label_smoothing_factor: 0.1, learning_rate: 1e-3, adam_epsilon: 1e-5 },
  },
];

const trainings = all.map(({ how, arguments: more, ...training }) => {
  const steps = {
    examples,
    batch_size: 8,
    arguments: {
      num_train_epochs: 5,
      learning_rate: 5e-3,
      max_grad_norm: 1,
      lr_scheduler_type: 'linear',
      ...more,
    },
  };
  return { ...training, steps, answer: python.tunedSteps(dir, { ...steps, ...how }) };
});

const model = await openWithoutDropout(dir);
const forms = [peft, merged].map((form) => {
  const out = join(folder, form.id);
  return {
    form,
    request: exportRequest(model, {
      dir: out,
      methods: { ln_tuning: {} },
      labels,
      task,
      baseModel: { id: dir },
    }),
  };
});
for (const { form, request } of forms) await form.write(request);
const asked = {
  logits: python.logits(dir, inputs),
  peft: python.loadPeft(dir, join(folder, 'peft'), inputs),
  merged: python.logits(join(folder, 'merged'), inputs),
};

/** Tags that follow no scheme, and such that follow one often enough for entities to agree. */
function randomTags(seed: number) {
  let drawn = 0;
  const draw = (below: number) => Math.floor(uniformAt(keyOf('tags', seed), drawn++) * below);
  const kinds = seed % 2 === 0 ? ['O', 'B', 'I'] : ['O', 'B', 'I', 'E', 'S'];
  const types = ['-x', '-y', '-creative-work', ...(seed % 3 === 0 ? [''] : [])];
  const tag = () => {
    const kind = kinds[draw(kinds.length)];
    return kind === 'O' ? kind : kind + types[draw(types.length)];
  };
  const truth = Array.from({ length: 1 + draw(6) }, () => Array.from({ length: 1 + draw(12) }, tag));
  const changed = seed % 5 === 0 ? 1 : 0.3;
  const predicted = truth.map((tags) => tags.map((each) => (draw(100) / 100 < changed ? tag() : each)));
  return { truth, predicted };
}

const tagged = Array.from({ length: 200 }, (_, seed) => ({ seed, ...randomTags(seed) })).map((tags) => ({
  ...tags,
  answer: python.entityMetrics({ truth: tags.truth, predicted: tags.predicted }),
}));

const miniLm = await findMiniLm();
const sentences = texts()
  .map((text) => text.split(/[ \n]+/).filter((word) => word !== ''))
  .filter((words) => words.length > 0)
  .slice(0, 200);
const cut = { texts: sentences, max_length: 24 };
const words = miniLm === undefined ? undefined : python.tokenizeWords(miniLm, cut);

it('measures entities as seqeval does, to the bit', async () => {
  let entities = 0;
  for (const { seed, truth, predicted, answer } of tagged) {
    const { entities: expected, ...metrics } = await answer;
    expect(entityMetrics(truth, predicted), `tags ${seed}`).toEqual(metrics);
    expect(
      truth.map((tags) => entitiesOf(tags).map(({ type, start, end }) => [type, start, end - 1])),
    ).toEqual(expected);
    entities += expected.flat().length;
  }
  expect(entities).toBeGreaterThan(1000);
});

it.skipIf(words === undefined)('cuts words into tokens as Transformers does', async () => {
  const { input_ids, word_ids } = await words!;
  const encode = encodeWordsTo(await loadTokenizer(miniLm!, 30522), cut.max_length);
  let cutOff = 0;
  sentences.forEach((sentence, i) => {
    const { ids, starts } = encode(sentence);
    expect([...ids], `ids of ${JSON.stringify(sentence)}`).toEqual(input_ids[i]);
    expect([...starts], `words of ${JSON.stringify(sentence)}`).toEqual(
      sentence.map((_, word) => word_ids[i].indexOf(word)),
    );
    cutOff += starts.filter((start) => start < 0).length;
  });
  expect(cutOff).toBeGreaterThan(100);
});

/** Of the tokens that are no padding. */
const real = (logits: number[][][]) =>
  logits.flatMap((rows, i) => rows.filter((_, token) => inputs.attention_mask[i][token] === 1));

describe.each(executorsHere)('BertForTokenClassification on %s equals Transformers', (executorId) => {
  it('in logits', async () => {
    const { logits } = await asked.logits;
    expectClose('logits', await logitsOf(model, inputs, { executorId, task }), real(logits as number[][][]));
  });
  it.each(trainings)('in 20 steps: $name', async ({ methods, steps, answer }) => {
    expectSameTraining(await train(model, steps, { executorId, methods, task }), await answer);
  });
});

it.each(['peft', 'merged'] as const)('exports what Transformers computes as the product: %s', async (id) => {
  const { logits } = await asked[id];
  const { request } = forms.find(({ form }) => form.id === id)!;
  expectClose(
    'logits',
    await logitsOf(model, inputs, { ...learntBy(request.adapter), task }),
    real(logits as number[][][]),
  );
});
