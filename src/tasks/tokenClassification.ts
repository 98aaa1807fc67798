import * as tf from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { entitiesOf, TAG, type Entity } from '../core/entities.ts';
import { internal } from '../core/errors.ts';
import { IGNORED } from '../core/ignored.ts';
import type { Rows } from '../core/row.ts';
import { linear } from '../ops/linear.ts';
import { argMax } from './classificationMetrics.ts';
import { crossEntropy } from './crossEntropy.ts';
import { entityMetrics } from './entityMetrics.ts';
import { softmax } from './softmax.ts';
import type { Encoder, Example, HeadInfo, Logits, Prediction, Task, TrainedHeadTensor } from './task.ts';

const column = z.string().min(1);
const columnNumber = z.int().min(0).optional();

const EXPECTED_TAG = '`O`, or B, I, E or S with a type such as `B-location`,';

const fields = z.strictObject({
  type: z.literal('token-classification').meta({ help: 'A tag for each word, such as named entities.' }),
  tokens: column.default('tokens').meta({
    help: 'Column with the words of a sentence, as a list; in CoNLL files the first column has this name.',
    source: 'Transformers, examples/pytorch/token-classification',
  }),
  tags: column.default('tags').meta({
    help: "Column with the words' tags, as a list as long; in CoNLL files the last column has this name.",
  }),
  token_column: columnNumber.meta({
    help: 'Column of a CoNLL file with the words, by its number, from 0; instead of `tokens`.',
  }),
  tag_column: columnNumber.meta({
    help: 'Column of a CoNLL file with the tags, by its number, from 0; instead of `tags`.',
  }),
  labels: z
    .array(
      z
        .string()
        .regex(TAG, { error: `expected ${EXPECTED_TAG} as a label` })
        .meta({ expected: '`O`, or B, I, E or S with a type such as `B-location`' }),
    )
    .min(2)
    .refine((labels) => new Set(labels).size === labels.length, {
      error: 'labels must differ from each other',
    })
    .optional()
    .meta({
      help: "The tags in the order of their ids. Without it, the training file's tags, sorted as text.",
      source: 'Transformers, `id2label`',
    }),
  max_length: z
    .int()
    .min(5)
    .optional()
    .meta({
      help:
        'Longer sentences are cut to this many tokens, special ones included; words that are cut off count as predicted `O`. Without it, ' +
        "the model's longest input.",
      source: 'Transformers, tokenizer argument `max_length`',
    }),
});

export type TokenClassificationFields = z.output<typeof fields>;

/** A sentence: what its logits belong to. */
export interface Sentence extends Example {
  readonly words: readonly string[];
  /** Of each word; absent where the row has none. */
  readonly tags?: readonly string[];
  /** Where each word's first token stands; -1 for a word of which the model sees nothing. */
  readonly starts: Int32Array;
}

const WEIGHT = 'classifier.weight';
const BIAS = 'classifier.bias';
const DROPOUT = 'classifier';

/** What a word is of which the model sees nothing. */
const OUTSIDE = 'O';

/**
 * Tags for words, such as named entities: dropout and a linear map on each token's last hidden state, as Transformers'
 * `ForTokenClassification`. The first token of a word has its tag; the others are neither learnt nor measured.
 */
export const tokenClassification: Task<TokenClassificationFields, Sentence> = {
  id: 'token-classification',
  title: 'Token classification',
  help: 'Predicts a tag for each word, such as the named entities of a sentence.',
  fields,
  columns: ({ tokens, tags, token_column, tag_column }) => ({
    inputs: numberedOr(token_column, 'token_column', { tokens }),
    label: numberedOr(tag_column, 'tag_column', { tags }),
  }),
  cells: () => ({ inputs: 'list', label: 'list' }),
  labelSet: { form: { pattern: TAG, expected: EXPECTED_TAG } },
  features,
  head,
  unused: (_, { architecture }) => architecture.sequenceHead.ofBase,
  dropoutSites: (_, { shape }) => [
    { name: DROPOUT, rate: shape.tokenClassifierDropout, shape: ['B', 'S', shape.hiddenSize] },
  ],
  targetShape: ['B', 'S'],
  forward: (_, info, context, __, { lastHiddenState }) => {
    const [batch, length, width] = lastHiddenState.shape as [number, number, number];
    const states = tf.reshape(context.dropout(DROPOUT, lastHiddenState), [batch * length, width]); // (B S, d)
    const logits = linear(states, context.parameters(WEIGHT), context.parameters(BIAS));
    return tf.reshape(logits, [batch, length, info.numLabels]);
  },
  loss: (logits, targets, { labelSmoothing }) => crossEntropy(logits, targets, labelSmoothing),
  smoothsLabels: true,
  metrics: (_, logits, sentences, labels) =>
    entityMetrics(
      sentences.map(({ id, tags }) => tags ?? internal(`row ${id} has no tags to be measured by`)),
      sentences.map((sentence, i) => predictedTags(logits[i], sentence, labels)),
    ),
  metricNames: ['f1', 'precision', 'recall', 'accuracy'],
  decode,
  transformers: {
    nameOf: ({ classes }) => classes.tokenClassification,
    config: {},
    peftTask: 'TOKEN_CLS',
    peftModules: ['classifier', 'score'],
  },
};

/** CoNLL's columns are called by their numbers. */
function numberedOr(
  number: number | undefined,
  field: string,
  named: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return typeof number === 'number' ? { [field]: String(number) } : named;
}

function features(
  fields: TokenClassificationFields,
  { rows }: Rows,
  labels: readonly string[],
  encode: Encoder,
): Sentence[] {
  const { inputs, label } = tokenClassification.columns(fields);
  const [tokenColumn, tagColumn] = [Object.values(inputs)[0], Object.values(label)[0]];
  const idOf = new Map(labels.map((tag, id) => [tag, id]));
  return rows.map(({ index, lists = {} }) => {
    const words = lists[tokenColumn];
    const tags = Object.hasOwn(lists, tagColumn) ? lists[tagColumn] : undefined;
    const { ids, typeIds, starts, truncated } = encode.words(words);
    const targets = new Int32Array(ids.length).fill(IGNORED);
    tags?.forEach((tag, word) => {
      const target = idOf.get(tag) ?? internal(`row ${index} has a tag that was not checked`);
      if (starts[word] >= 0) targets[starts[word]] = target;
    });
    return {
      id: index,
      inputIds: ids,
      typeIds,
      targets,
      isLabelled: tags !== undefined,
      truncated,
      words,
      ...(tags && { tags }),
      starts,
    };
  });
}

function head(_: TokenClassificationFields, { shape, numLabels }: HeadInfo): TrainedHeadTensor[] {
  const common = { method: 'head', part: 'head', stored: true, perClass: true } as const;
  const init = { kind: 'normal', std: shape.initializerRange } as const;
  return [
    { ...common, name: WEIGHT, shape: [numLabels, shape.hiddenSize], init, decay: true },
    { ...common, name: BIAS, shape: [numLabels], init: { kind: 'zeros' }, decay: false },
  ];
}

/** The likeliest tag of each word, by its first token. */
function predictedTags({ data }: Logits, { starts }: Sentence, labels: readonly string[]): string[] {
  const best = argMax(data, labels.length);
  return Array.from(starts, (start) => (start < 0 ? OUTSIDE : labels[best[start]]));
}

/** `scores`: of each word's tag; null for a word of which the model sees nothing. */
type TagPrediction = Prediction & {
  readonly tokens: readonly string[];
  readonly entities: readonly (Entity & { readonly text: string })[];
};

function decode(
  _: TokenClassificationFields,
  logits: readonly Logits[],
  sentences: readonly Sentence[],
  labels: readonly string[],
): TagPrediction[] {
  return sentences.map((sentence, i) => {
    const { id, words, tags, starts } = sentence;
    const prediction = predictedTags(logits[i], sentence, labels);
    const likeliest = (start: number) =>
      Math.max(...softmax(logits[i].data.subarray(start * labels.length, (start + 1) * labels.length)));
    return {
      id,
      tokens: words,
      prediction,
      ...(tags && { label: tags }),
      scores: Array.from(starts, (start) => (start < 0 ? null : likeliest(start))),
      entities: entitiesOf(prediction).map((entity) => ({
        ...entity,
        text: words.slice(entity.start, entity.end).join(' '),
      })),
    };
  });
}
