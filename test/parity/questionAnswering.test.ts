import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeWindowsTo } from '../../src/checkpoints/encodeWindows.ts';
import { encoderTo } from '../../src/checkpoints/encoder.ts';
import { loadTokenizer } from '../../src/checkpoints/tokenizer.ts';
import type { Row } from '../../src/core/row.ts';
import { keyOf, normals, uniformAt } from '../../src/core/random.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { merged } from '../../src/exports/merged.ts';
import { peft } from '../../src/exports/peft.ts';
import { questionAnswering } from '../../src/tasks/questionAnswering.ts';
import { squadMetrics } from '../../src/core/squadMetrics.ts';
import { tinyConfig, tinyTokenizer, writeTokenizer } from '../support/checkpoints.ts';
import { BYTE_LEVEL_VOCABULARY_SIZE, byteLevelTokenizer } from '../support/byteLevelTokenizer.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { expectClose, expectSameTraining } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { findMiniLm } from '../support/miniLm.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout, train, type StepsQuestion } from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import {
  architectureIds,
  asked as askedOf,
  headNames,
  randomExamples,
  randomInputs,
  writeRandomModel,
} from './randomModel.ts';
import { texts } from './texts.ts';
import { dataOf } from '../support/dataOf.ts';

const folder = suiteFolder();

/** A tokenizer's folder, as Python opens it. */
async function tokenizerFolder(
  name: string,
  tokenizer: object,
  config: object,
  pad = '[PAD]',
): Promise<string> {
  const dir = join(folder, name);
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(config));
  await writeTokenizer(dir, tokenizer);
  await writeFile(join(dir, 'tokenizer_config.json'), JSON.stringify({ pad_token: pad }));
  return dir;
}

const cased = { ...tinyTokenizer, normalizer: { ...tinyTokenizer.normalizer, lowercase: false } };
const byteLevel = { ...tinyConfig, vocab_size: BYTE_LEVEL_VOCABULARY_SIZE };
const tokenizers: {
  readonly name: string;
  readonly dir: string | undefined;
  readonly size: number;
  readonly readsTypes?: boolean;
}[] = [
  {
    name: 'a vocabulary of 38 words',
    dir: await tokenizerFolder('tiny', tinyTokenizer, tinyConfig),
    size: 40,
  },
  { name: 'the same with capitals', dir: await tokenizerFolder('cased', cased, tinyConfig), size: 40 },
  ...(await Promise.all(
    [
      { addPrefixSpace: false, trimOffsets: true },
      { addPrefixSpace: true, trimOffsets: true },
      { addPrefixSpace: true, trimOffsets: false },
    ].map(async (options, i) => ({
      name: `byte-level ${JSON.stringify(options)}`,
      dir: await tokenizerFolder(`bytes${i}`, byteLevelTokenizer(options), byteLevel, '<pad>'),
      size: BYTE_LEVEL_VOCABULARY_SIZE,
      readsTypes: false,
    })),
  )),
  { name: 'that of all-MiniLM-L6-v2', dir: await findMiniLm(), size: 30522 },
];

const all = texts();
/** Long contexts: texts of many scripts one after the other, and each text alone. */
const contexts = [
  ...all,
  ...Array.from({ length: 20 }, (_, i) => all.slice(9 * i, 9 * i + 9).join(' the cat ')),
];
const questions = contexts.map((_, i) => [`  the dog ${'sat '.repeat(i % 5)}?`, 'é 日本 \u{1F600}'][i % 2]);

const windowed = tokenizers.flatMap((tokenizer) =>
  [
    { max_length: 64, doc_stride: 16 },
    { max_length: 40, doc_stride: 0 },
  ].map((lengths) => {
    const asked = { questions, contexts, ...lengths };
    const answer = tokenizer.dir === undefined ? undefined : python.tokenizeWindows(tokenizer.dir, asked);
    return { ...tokenizer, ...lengths, answer };
  }),
);

/** Models with a head for answers instead of a classifier. */
const CLASSES: Readonly<Record<string, string>> = {
  bert: 'BertForQuestionAnswering',
  roberta: 'RobertaForQuestionAnswering',
  distilbert: 'DistilBertForQuestionAnswering',
  gpt2: 'GPT2ForQuestionAnswering',
};
const outputs = { id2label: { 0: 'LABEL_0', 1: 'LABEL_1' }, label2id: { LABEL_0: 0, LABEL_1: 1 } };
const task = { type: 'question-answering' };

/** The first token tells where the answer begins; it ends with the last. So the loss moves. */
const examples: StepsQuestion['examples'] = randomExamples(52).map(({ labels, ...example }) => {
  const last = example.input_ids.length - 1;
  return { ...example, labels: [Math.min(labels as number, last), last] };
});

const BATCH = 8;

/** PEFT's class for question answering passes no token types on. */
const ofOneType = examples.map((each) => ({ ...each, token_type_ids: each.token_type_ids.map(() => 0) }));

/** The loss does not depend on the head's bias, nor on those of keys: with Adam's usual epsilon their steps would be rounding alone. */
const common = { num_train_epochs: 5, max_grad_norm: 1, lr_scheduler_type: 'linear', adam_epsilon: 1e-4 };

const models = await Promise.all(
  architectureIds.map(async (id) => {
    const inputs = randomInputs(51, id);
    const dir = await writeRandomModel(join(folder, id), 51, {
      id,
      change: { ...outputs, architectures: [CLASSES[id]] },
      without: headNames(id),
      head: [
        { name: 'qa_outputs.weight', shape: [2, 32] },
        { name: 'qa_outputs.bias', shape: [2] },
      ],
    });
    const steps = {
      examples, // with padding, whose embedding PyTorch decays, but never trains
      batch_size: BATCH,
      arguments: { ...common, learning_rate: 1e-3, weight_decay: 0.1 },
    };
    const trained = {
      ...steps,
      examples: examples.map((example) => askedOf(id, example)),
      trainable: '.',
    };
    return {
      ...{ id, dir, inputs, steps, model: await openWithoutDropout(dir) },
      logits: python.logits(dir, askedOf(id, inputs)),
      full: python.tunedSteps(dir, trained),
    };
  }),
);
const [{ dir, inputs, model }] = models;
const lnSteps = { examples: ofOneType, batch_size: BATCH, arguments: { ...common, learning_rate: 5e-3 } };
const lnTuning: Tuned = {
  peft: { peft_type: 'LN_TUNING', task_type: 'QUESTION_ANS', target_modules: ['LayerNorm'] },
};
const lnAnswer = python.tunedSteps(dir, { ...lnSteps, ...lnTuning });

const forms = [peft, merged].map((form) => {
  const out = join(folder, form.id);
  const learnt = { dir: out, methods: { ln_tuning: {} }, labels: [], task, baseModel: { id: dir } };
  return { form, request: exportRequest(model, learnt) };
});
for (const { form, request } of forms) await form.write(request);
const exported = {
  peft: python.loadPeft(dir, join(folder, 'peft'), inputs),
  merged: python.loadMerged(join(folder, 'merged'), inputs),
};

/** Questions about the long contexts, their answers words of these, and logits drawn at random, some of them near the truth. */
const answered = await Promise.all(
  tokenizers
    .filter(({ name }) => !name.includes('MiniLM'))
    .map(async ({ name, dir, size }, seed) => {
      const fields = questionAnswering.fields.parse({
        ...task,
        doc_stride: 16,
        n_best: 7,
        max_answer_length: 5,
      });
      const encoder = encoderTo(await loadTokenizer(dir!, size), { maxLength: 64, endId: undefined });
      const rows = contexts.flatMap((context, index): Row[] => {
        const words = [...context.matchAll(/[\p{L}\p{N}]+/gu)];
        if (words.length === 0) return [];
        const { 0: text, index: at } =
          words[Math.floor(uniformAt(keyOf('answer', seed), index) * words.length)];
        const start = Array.from(context.slice(0, at)).length;
        const values = { question: questions[index], context };
        return [
          {
            index,
            line: 1,
            values,
            answers: {
              answers: [
                { text, start },
                { text: 'the', start: 0 },
              ],
            },
          },
        ];
      });
      const windows = questionAnswering.features(fields, dataOf(...rows), [], encoder);
      const logits = windows.map(({ inputIds: { length }, targets }, i) => {
        const data = normals(keyOf('logits', seed, i), 2 * length);
        if (i % 2 === 0) targets.forEach((target, k) => (data[2 * target + k] += 6));
        return floatTensor([length, 2], data);
      });
      const asked = rows.map(({ index, values, answers }) => ({
        context: values.context,
        answers: answers!.answers.map(({ text, start }) => ({ text, answer_start: start })),
        windows: windows.flatMap(({ id, starts, ends }, i) =>
          id !== index
            ? []
            : [
                {
                  offsets: Array.from(starts, (start, k) => (start < 0 ? null : [start, ends[k]])),
                  start_logits: [...logits[i].data].filter((_, k) => k % 2 === 0),
                  end_logits: [...logits[i].data].filter((_, k) => k % 2 === 1),
                },
              ],
        ),
      }));
      const { n_best, max_answer_length } = fields;
      const answer = python.answers({ questions: asked, n_best, max_answer_length });
      return { name, fields, rows, windows, logits, answer };
    }),
);

/** Answers that differ in what SQuAD's evaluation leaves out, and in what it does not. */
const drawnAnswers = Array.from({ length: 300 }, (_, i) => {
  const parts = [
    'the',
    'The',
    'a',
    'an',
    'theé',
    '1990',
    '1,990',
    '«x»',
    'U.S.',
    'café',
    'CAFÉ',
    '日本',
    '—',
    "it's",
  ];
  const blanks = [' ', '  ', '\u00a0', '\u3000', '\n', '-', '', '\u0301'];
  let drawn = 0;
  const draw = (list: readonly string[]) =>
    list[Math.floor(uniformAt(keyOf('answers', i), drawn++) * list.length)];
  const text = () => Array.from({ length: i % 5 }, () => draw(parts) + draw(blanks)).join('');
  return { prediction: text(), answers: Array.from({ length: 1 + (i % 3) }, text) };
});
const measured = drawnAnswers.map(({ prediction, answers }) =>
  python.squadMetrics({ predictions: [prediction], answers: [answers] }),
);

it.for(windowed)(
  "windows of $max_length tokens and places in the text are Python's with $name",
  async ({ dir, size, readsTypes = true, max_length, doc_stride, answer }, { skip }) => {
    if (dir === undefined || answer === undefined) return skip('the model is not on this machine');
    const { windows: expected } = await answer;
    const encode = encodeWindowsTo(await loadTokenizer(dir, size), max_length);
    let several = 0;
    contexts.forEach((context, i) => {
      const { windows } = encode(questions[i].trimStart(), context, { stride: doc_stride });
      const found = windows.map(({ ids, typeIds, starts, ends }) => ({
        input_ids: [...ids],
        // The library's RobertaProcessing tells types, Python's does not, and models with such tokenizers read none.
        token_type_ids: Array.from(typeIds, (type) => (readsTypes ? type : 0)),
        offsets: Array.from(starts, (start, k) => (start < 0 ? null : [start, ends[k]])),
      }));
      expect(found, JSON.stringify([questions[i], context])).toEqual(expected[i]);
      several += Number(windows.length > 1);
    });
    expect(several).toBeGreaterThan(20);
  },
);

/** Of the tokens that are no padding. */
const real = (logits: number[][][], mask: number[][]) =>
  logits.flatMap((rows, i) => rows.filter((_, token) => mask[i][token] === 1));

describe.each(executorsHere)('on %s', (executorId) => {
  it.each(models)("$id computes the logits of Transformers' class", async ({ model, inputs, logits }) => {
    const expected = real((await logits).logits as number[][][], inputs.attention_mask);
    expectClose('logits', await logitsOf(model, inputs, { executorId, task }), expected);
  });
  it.each(models)('$id learns as there, in 20 steps', async ({ model, steps, full }) => {
    expectSameTraining(await train(model, steps, { executorId, methods: { full: {} }, task }), await full);
  });
  it("learns as PEFT's LN-tuning, in 20 steps", async () => {
    const found = await train(model, lnSteps, { executorId, methods: { ln_tuning: {} }, task });
    expectSameTraining(found, await lnAnswer);
  });
});

it.each(['peft', 'merged'] as const)('exports what Transformers computes as the product: %s', async (id) => {
  const { logits, missing, unexpected } = await exported[id];
  expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] });
  const { request } = forms.find(({ form }) => form.id === id)!;
  expectClose(
    'logits',
    await logitsOf(model, inputs, { ...learntBy(request.adapter), task }),
    real(logits as number[][][], inputs.attention_mask),
  );
});

it.each(answered)(
  'learns and predicts from windows what run_qa.py does, with $name',
  async ({ fields, rows, windows, logits, answer }) => {
    const { predictions, positions } = await answer;
    const found = questionAnswering.decode!(fields, logits, windows, []);
    expect(found.map(({ prediction }) => prediction)).toEqual(predictions);
    rows.forEach(({ index }, i) => {
      const own = windows.filter(({ id }) => id === index);
      const expected = own.map(({ starts, ends }, k) => {
        const [first, end] = positions[i][k];
        let start = first;
        // Of tokens that share a character, the first.
        while (start > 0 && starts[start - 1] === starts[start] && ends[start - 1] === ends[start]) start--;
        return [start, end];
      });
      const targets = own.map(({ targets }) => [...targets]);
      expect(targets, JSON.stringify(rows[i])).toEqual(expected);
    });
    expect(windows.filter(({ targets }) => targets[0] > 0).length).toBeGreaterThan(100);
  },
);

it('measures answers as SQuAD does, to the bit', async () => {
  let right = 0;
  for (const [i, each] of drawnAnswers.entries()) {
    const found = squadMetrics([each]);
    expect(found, JSON.stringify(each)).toEqual(await measured[i]);
    right += Number(found.f1 > 0 && found.f1 < 1);
  }
  expect(right).toBeGreaterThan(30);
});
