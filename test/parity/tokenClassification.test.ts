import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWordsTo } from '../../src/checkpoints/encoder.ts';
import { loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import { entitiesOf } from '../../src/core/entities.ts';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { merged } from '../../src/exports/merged.ts';
import { peft } from '../../src/exports/peft.ts';
import { architectures } from '../../src/models/registry.ts';
import { entityMetrics } from '../../src/tasks/entityMetrics.ts';
import { tokenClassification } from '../../src/tasks/tokenClassification.ts';
import { writeTokenizer } from '../support/checkpoints.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { expectClose, expectSameTraining } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { byteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { tinyModels } from '../support/tinyModel.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout, train, type StepsQuestion } from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import {
  architectureIds,
  asked as askedBy,
  randomExamples,
  randomInputs,
  writeRandomModel,
} from './randomModel.ts';
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
const head = [
  { name: 'classifier.weight', shape: [labels.length, 32] },
  { name: 'classifier.bias', shape: [labels.length] },
];
const others = await Promise.all(
  architectureIds
    .filter((id) => id !== 'bert')
    .map(async (id, i) => {
      const name = tokenClassification.transformers.nameOf(architectures[id]);
      const change = { architectures: [name] };
      const own = await writeRandomModel(join(folder, id), 43 + i, { id, change, head });
      return { id, name, dir: own, inputs: randomInputs(43 + i, id) };
    }),
);
const asked = {
  logits: python.logits(dir, inputs),
  peft: python.loadPeft(dir, join(folder, 'peft'), inputs),
  merged: python.logits(join(folder, 'merged'), inputs),
  others: others.map((each) => ({ ...each, answer: python.logits(each.dir, askedBy(each.id, each.inputs)) })),
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

const byteLevel = join(folder, 'byteLevel');
await mkdir(byteLevel);
const roberta = tinyModels.find(({ architecture }) => architecture === 'roberta')!.config;
await writeFile(join(byteLevel, 'config.json'), JSON.stringify(roberta));
await writeTokenizer(byteLevel, byteLevelTokenizer({ addPrefixSpace: true }), {
  pad_token: '<pad>',
  add_prefix_space: true,
});

const sentences = texts()
  .map((text) => text.split(/[ \n]+/).filter((word) => word !== ''))
  .filter((words) => words.length > 0)
  .slice(0, 200);
const cut = { texts: sentences, max_length: 24 };
const cuts = [
  { name: 'that of all-MiniLM-L6-v2', dir: await findMiniLm(), vocabularySize: 30522 },
  { name: "RoBERTa's byte-level pieces", dir: byteLevel, vocabularySize: 300 },
].map((tokenizer) => ({
  ...tokenizer,
  answer: tokenizer.dir === undefined ? undefined : python.tokenizeWords(tokenizer.dir, cut),
}));

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

it.for(cuts)(
  'cuts words into tokens as Transformers does with $name',
  async ({ dir, vocabularySize, answer }, { skip }) => {
    if (dir === undefined || answer === undefined) return skip('the model is not on this machine');
    const { input_ids, word_ids } = await answer;
    const encode = encodeWordsTo(await loadTokenizer(dir, vocabularySize), cut.max_length);
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
  },
);

/** Of the tokens that are no padding. */
const real = (logits: number[][][], { attention_mask } = inputs) =>
  logits.flatMap((rows, i) => rows.filter((_, token) => attention_mask[i][token] === 1));

describe.each(executorsHere)('BertForTokenClassification on %s equals Transformers', (executorId) => {
  it('in logits', async () => {
    const { logits } = await asked.logits;
    expectClose('logits', await logitsOf(model, inputs, { executorId, task }), real(logits as number[][][]));
  });
  it.each(trainings)('in 20 steps: $name', async ({ methods, steps, answer }) => {
    expectSameTraining(await train(model, steps, { executorId, methods, task }), await answer);
  });
});

it.each(asked.others)('$name equals Transformers in logits', async ({ dir: own, inputs: given, answer }) => {
  const { logits } = await answer;
  const found = await logitsOf(await openWithoutDropout(own), given, { task });
  expectClose('logits', found, real(logits as number[][][], given));
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
