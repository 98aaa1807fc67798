import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { codePointSlice } from '../core/codePoints.ts';
import { internal } from '../core/errors.ts';
import { IGNORED } from '../core/ignored.ts';
import { placeOf, type Rows } from '../core/row.ts';
import { squadMetrics } from '../core/squadMetrics.ts';
import { linear } from '../ops/linear.ts';
import { answerTokens, bestSpans, type TokenPlaces } from './answerSpans.ts';
import { crossEntropy } from './crossEntropy.ts';
import { questionTooLong } from './errors.ts';
import type { Encoder, Example, HeadInfo, Logits, Prediction, Task, TrainedHeadTensor } from './task.ts';

const column = z.string().min(1);

const fields = z.strictObject({
  type: z
    .literal('question-answering')
    .meta({ help: 'The part of a text that answers a question, as in SQuAD.' }),
  question: column.default('question').meta({
    help: 'Column with the question.',
    source: 'Transformers, examples/pytorch/question-answering',
  }),
  context: column.default('context').meta({ help: 'Column with the text in which the answer stands.' }),
  answers: column.default('answers').meta({
    help:
      'Column with the answers, each with the number of characters in front of it: as in SQuAD, or as in data sets of Hugging Face, ' +
      '`{"text": [..], "answer_start": [..]}`. The first is learnt; any of them is right.',
  }),
  max_length: z.int().min(8).optional().meta({
    help: 'Longest input in tokens: question, context and special ones. A longer context is cut into windows that overlap.',
    source: 'Transformers, `max_seq_length`',
    otherwise: "384, or the model's longest input where that is shorter",
  }),
  doc_stride: z.int().min(0).default(128).meta({
    help: 'How many tokens two windows of a context have in common.',
    source: 'Devlin et al. 2019; Transformers, `doc_stride`',
  }),
  max_answer_length: z.int().min(1).default(30).meta({
    help: 'Longest answer that is predicted, in tokens.',
    source: 'Transformers, `max_answer_length`',
  }),
  n_best: z.int().min(1).default(20).meta({
    help: 'How many of the likeliest beginnings and ends of an answer are compared.',
    source: 'Transformers, `n_best_size`',
  }),
});

export type QuestionAnsweringFields = z.output<typeof fields>;

/** A question with one window of its context. */
export interface AnswerWindow extends Example, TokenPlaces {
  readonly question: string;
  readonly context: string;
  /** What the file calls the question. */
  readonly name?: string;
  /** The texts that are right; absent where the row has none. */
  readonly answers?: readonly string[];
}

const WEIGHT = 'qa_outputs.weight';
const BIAS = 'qa_outputs.bias';
const DROPOUT = 'qa_outputs';

/** Tokens of a window that are no context: special ones, and one of the question. */
const LEAST_BESIDE = 4;

/** Logits of each token: for the first of an answer, and for the last. */
const OUTPUTS = 2;

/**
 * The part of a text that answers a question: a linear map on each token's last hidden state, as Transformers' `ForQuestionAnswering`. A
 * long text is cut into windows; where one has no answer, its first token is to be found. The loss is over all tokens of a batch,
 * padding among them, as there.
 */
export const questionAnswering: Task<QuestionAnsweringFields, AnswerWindow> = {
  id: 'question-answering',
  title: 'Question answering',
  help: 'Finds the part of a text that answers a question.',
  fields,
  columns: ({ question, context, answers }) => ({ inputs: { question, context }, label: { answers } }),
  cells: ({ context }) => ({ inputs: 'text', label: { answersIn: context } }),
  group: ({ context }) => [context],
  usualLength: 384,
  reshapesRows: true,
  check: ({ doc_stride: stride }, { longest }) => {
    const most = longest - LEAST_BESIDE - 1;
    if (stride <= most) return [];
    const message = `windows of ${longest} tokens, the longest input, can have at most ${most} in common beside a question, found ${stride}`;
    return [{ field: 'doc_stride', message, better: Math.max(0, Math.floor(longest / 4)) }];
  },
  features,
  head,
  unused: (_, { architecture }) => architecture.sequenceHead.ofBase,
  dropoutSites: (_, { shape }) => [
    { name: DROPOUT, rate: shape.questionAnsweringDropout, shape: ['B', 'S', shape.hiddenSize] },
  ],
  targetShape: ['B', OUTPUTS],
  forward: (_, __, context, ___, { lastHiddenState }) => {
    const [batch, length, width] = lastHiddenState.shape as [number, number, number];
    const states = tf.reshape(context.dropout(DROPOUT, lastHiddenState), [batch * length, width]); // (B S, d)
    const logits = linear(states, context.parameters(WEIGHT), context.parameters(BIAS));
    return tf.reshape(logits, [batch, length, OUTPUTS]);
  },
  // (B, 2, S) against (B, 2): each token is a class.
  loss: (logits, targets) => crossEntropy(tf.transpose(logits, [0, 2, 1]), targets, 0),
  smoothsLabels: false,
  metrics: (fields, logits, windows) =>
    squadMetrics(
      questionsOf(logits, windows).map((question) => ({
        prediction: spansOf(fields, question)[0]?.text ?? '',
        answers: question[0].answers ?? internal(`row ${question[0].id} has no answers to be measured by`),
      })),
    ),
  metricNames: ['f1', 'exact_match'],
  decode,
  transformers: {
    nameOf: ({ classes }) => classes.questionAnswering,
    config: {},
    numLabels: OUTPUTS,
    peftTask: 'QUESTION_ANS',
    peftModules: ['qa_outputs'],
    peftDropsTokenTypes: true,
  },
};

function features(
  fields: QuestionAnsweringFields,
  { file, rows }: Rows,
  _: readonly string[],
  encode: Encoder,
): AnswerWindow[] {
  const { doc_stride: stride } = fields;
  return rows.flatMap((row): AnswerWindow[] => {
    const { index, name, values, answers: columns = {} } = row;
    const [question, context] = [values[fields.question], values[fields.context]];
    const answers = Object.hasOwn(columns, fields.answers) ? columns[fields.answers] : undefined;
    const { windows, room } = encode.windows(question.trimStart(), context, { stride });
    if (windows.length === 0) throw questionTooLong({ file, place: placeOf(row), name }, { room, stride });
    return windows.map(({ ids, typeIds, starts, ends }) => ({
      id: index,
      inputIds: ids,
      typeIds,
      targets: Int32Array.from(
        answers === undefined ? [IGNORED, IGNORED] : answerTokens({ starts, ends }, answers[0]),
      ),
      isLabelled: answers !== undefined,
      truncated: false,
      question,
      context,
      ...(name !== undefined && { name }),
      ...(answers && { answers: answers.map(({ text }) => text) }),
      starts,
      ends,
    }));
  });
}

function head(_: QuestionAnsweringFields, { shape }: HeadInfo): TrainedHeadTensor[] {
  const common = { method: 'head', part: 'head', stored: true, perClass: false } as const;
  const init = { kind: 'normal', std: shape.initializerRange } as const;
  return [
    { ...common, name: WEIGHT, shape: [OUTPUTS, shape.hiddenSize], init, decay: true },
    { ...common, name: BIAS, shape: [OUTPUTS], init: { kind: 'zeros' }, decay: false },
  ];
}

type ReadWindow = AnswerWindow & { readonly logits: Logits };

/** The windows of each question with their logits, in the order of the rows. */
function questionsOf(logits: readonly Logits[], windows: readonly AnswerWindow[]): ReadWindow[][] {
  const questions = new Map<number, ReadWindow[]>();
  windows.forEach((window, i) => {
    const known = questions.get(window.id) ?? [];
    known.push({ ...window, logits: logits[i] });
    questions.set(window.id, known);
  });
  return [...questions.values()];
}

/** The likeliest answers to a question, best first; none only where no pair of tokens makes one. */
function spansOf(fields: QuestionAnsweringFields, windows: readonly ReadWindow[]) {
  const [{ context }] = windows;
  return bestSpans(windows, fields).map((span) => ({
    ...span,
    text: codePointSlice(context, span.start, span.end),
  }));
}

/** `start` and `end`: code points of the context, absent where there is no answer. `scores`: of the texts that were compared, in the order of their likeliest places, so that the prediction is the first. */
type AnswerPrediction = Prediction & {
  readonly question_id?: string;
  readonly question: string;
  readonly context: string;
  readonly start?: number;
  readonly end?: number;
};

function decode(
  fields: QuestionAnsweringFields,
  logits: readonly Logits[],
  windows: readonly AnswerWindow[],
): AnswerPrediction[] {
  return questionsOf(logits, windows).map((read) => {
    const [{ id, name, question, context, answers }] = read;
    const spans = spansOf(fields, read);
    const scores = new Map<string, number>();
    for (const { text, probability } of spans) scores.set(text, (scores.get(text) ?? 0) + probability);
    return {
      id,
      ...(name !== undefined && { question_id: name }),
      question,
      context,
      prediction: spans[0]?.text ?? '',
      ...(spans.length > 0 && { start: spans[0].start, end: spans[0].end }),
      ...(answers && { label: answers }),
      scores: [...scores].map(([text, probability]) => ({ text, probability })),
    };
  });
}
