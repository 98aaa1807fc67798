import * as tf from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { z } from 'zod';
import { internal } from '../core/errors.ts';
import { IGNORED } from '../core/ignored.ts';
import type { Rows } from '../core/row.ts';
import type { Architecture, ModelBatch, ModelOutput, SequenceHead } from '../models/architecture.ts';
import { headDropout, headLinear, headLinearTensors } from '../models/headParts.ts';
import { argMax, classificationMetrics } from './classificationMetrics.ts';
import { crossEntropy } from './crossEntropy.ts';
import { softmax } from './softmax.ts';
import { meanHead } from './torch/meanHead.ts';
import type { Encoder, Example, HeadInfo, Logits, Prediction, Task, TrainedHeadTensor } from './task.ts';

const column = z.string().min(1);

const fields = z.strictObject({
  type: z
    .literal('text-classification')
    .meta({ help: 'One of several classes for a text or a pair of texts.' }),
  text: column.meta({ help: 'Column with the text.' }),
  text_pair: column.optional().meta({
    help: 'Column with a second text, for sentence pairs; the model sees both with a separator between them.',
    source: 'Transformers, tokenizer argument `text_pair`',
  }),
  label: column.meta({ help: 'Column with the class, as text.' }),
  labels: z
    .array(z.string({ error: 'a label is text: put numbers in quotes' }).min(1))
    .min(2)
    .refine((labels) => new Set(labels).size === labels.length, {
      error: 'labels must differ from each other',
    })
    .optional()
    .meta({
      help:
        "The classes in the order of their ids. Without it, the training file's labels, sorted as numbers where all are whole numbers, " +
        'else as text.',
      source: 'Transformers, `id2label`',
    }),
  drop_labels: z
    .array(z.string({ error: 'a label is text: put numbers in quotes' }))
    .min(1)
    .refine((labels) => new Set(labels).size === labels.length, {
      error: 'labels must differ from each other',
    })
    .optional()
    .meta({
      help:
        'Rows with one of these labels are left out of every file, such as those without a consensus (`["-"]` in SNLI). `check`, `plan` ' +
        'and `trainer.log` say how many.',
    }),
  max_length: z.int().min(5).optional().meta({
    help: "Longer inputs are cut to this many tokens, special ones included. Without it, the model's longest input.",
    source: 'Transformers, tokenizer argument `max_length`',
  }),
  pooling: z
    .enum(['model', 'mean'])
    .default('model')
    .meta({
      help:
        "What the classifier sees: `model` is the head of Transformers' class (for the encoders on the first token: BERT's pooler, " +
        "RoBERTa's and DistilBERT's dense layer), `mean` a linear map on the mean of the tokens' last hidden states.",
      source: 'Reimers and Gurevych 2019 (mean)',
    }),
});

export type TextClassificationFields = z.output<typeof fields>;

const CLASSIFIER = 'classifier';

/** `mean`: dropout and a linear map on the mean of the tokens' last hidden states. */
const onMean: SequenceHead = {
  ofBase: [],
  tensors: ({ hiddenSize: d }, classes) => headLinearTensors(CLASSIFIER, [classes, d], { perClass: true }),
  dropoutSites: (shape) => [headDropout(CLASSIFIER, shape)],
  logits: (context, batch, output) =>
    headLinear(context, CLASSIFIER, context.dropout(CLASSIFIER, meanPool(batch, output))),
};

/** Classes for texts and pairs of texts: the head of Transformers' `ForSequenceClassification`, or one on the mean of the tokens. */
export const textClassification: Task<TextClassificationFields> = {
  id: 'text-classification',
  title: 'Text classification',
  help: 'Predicts one of several classes for a text or a pair of texts.',
  fields,
  columns: ({ text, text_pair, label }) => ({
    inputs: { text, ...(text_pair === undefined ? {} : { text_pair }) },
    label: { label },
  }),
  cells: () => ({ inputs: 'text', label: 'text' }),
  labelSet: {},
  drops: { field: 'drop_labels', labels: ({ drop_labels = [] }) => drop_labels },
  features,
  head,
  unused: (fields, { architecture }) => {
    const used = headOf(fields, architecture).ofBase;
    return architecture.sequenceHead.ofBase.filter((name) => !used.includes(name));
  },
  dropoutSites: (fields, { architecture, shape }) => headOf(fields, architecture).dropoutSites(shape),
  targetShape: ['B'],
  forward: (fields, { architecture }, context, batch, output) =>
    headOf(fields, architecture).logits(context, batch, output),
  loss: (logits, targets, { labelSmoothing }) => crossEntropy(logits, targets, labelSmoothing),
  smoothsLabels: true,
  metrics: (_, logits, examples, labels) =>
    classificationMetrics(
      Int32Array.from(logits, likeliest),
      Int32Array.from(examples, ({ targets }) => targets[0]),
      labels.length,
    ),
  metricNames: ['accuracy', 'f1', 'matthews_correlation'],
  decode,
  transformers: {
    nameOf: ({ classes }) => classes.sequenceClassification,
    config: { problem_type: 'single_label_classification' },
    peftTask: 'SEQ_CLS',
    peftModules: ['classifier', 'score'],
  },
  ownHead: ({ pooling }) =>
    pooling === 'mean' ? { does: 'pools by mean', asClass: 'pooling: model', torch: meanHead } : undefined,
};

function features(
  fields: TextClassificationFields,
  { rows }: Rows,
  labels: readonly string[],
  encode: Encoder,
): Example[] {
  const idOf = new Map(labels.map((label, id) => [label, id]));
  return rows.map(({ index, values }) => {
    const { ids, typeIds, truncated } = encode.text(
      values[fields.text],
      fields.text_pair === undefined ? undefined : values[fields.text_pair],
    );
    const named = Object.hasOwn(values, fields.label) ? idOf.get(values[fields.label]) : IGNORED;
    const target = named ?? internal(`row ${index} has a label that was not checked`);
    return {
      id: index,
      inputIds: ids,
      typeIds,
      targets: Int32Array.of(target),
      isLabelled: target !== IGNORED,
      truncated,
    };
  });
}

function headOf({ pooling }: TextClassificationFields, architecture: Architecture): SequenceHead {
  return pooling === 'mean' ? onMean : architecture.sequenceHead;
}

function head(fields: TextClassificationFields, info: HeadInfo): TrainedHeadTensor[] {
  const { architecture, shape, numLabels, missing } = info;
  const { ofBase, tensors } = headOf(fields, architecture);
  const lacking = architecture
    .tensors(shape)
    .filter(({ name }) => ofBase.includes(name) && missing.includes(name))
    .map((tensor) => ({ ...tensor, perClass: false }));
  return [...lacking, ...tensors(shape, numLabels)].map(({ name, shape: size, role, perClass }) => ({
    name,
    shape: size,
    method: 'head',
    part: 'head',
    init: role === 'bias' ? { kind: 'zeros' } : { kind: 'normal', std: shape.initializerRange },
    stored: true,
    decay: role === 'weight',
    perClass,
  }));
}

/**
 * Mean over an example's tokens (B, d), as sentence-transformers computes it: sum of masked states / max(number of tokens, 1e-9).
 * Written as a product of normalised masks (B, 1, S) and states (B, S, d), whose gradient needs no array of the batch's size.
 */
function meanPool({ attentionMask }: ModelBatch, { lastHiddenState }: ModelOutput): Tensor {
  const [batch, , width] = lastHiddenState.shape as [number, number, number];
  const weights = tf.div(attentionMask, tf.maximum(tf.sum(attentionMask, 1, true), 1e-9)); // (B, S)
  return tf.reshape(tf.matMul(tf.expandDims(weights, 1), lastHiddenState), [batch, width]);
}

function decode(
  _: TextClassificationFields,
  logits: readonly Logits[],
  examples: readonly Example[],
  labels: readonly string[],
): Prediction[] {
  return examples.map(({ id, targets: [target], isLabelled }, i) => {
    const scores = softmax(logits[i].data);
    return {
      id,
      prediction: labels[likeliest(logits[i])],
      ...(isLabelled && { label: labels[target] }),
      scores: Object.fromEntries(labels.map((name, c) => [name, scores[c]])),
    };
  });
}

function likeliest({ data }: Logits): number {
  return argMax(data, data.length)[0];
}
