import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { normals } from '../../../src/core/random.ts';
import { floatTensor } from '../../../src/core/tensor.ts';
import type { ForwardContext } from '../../../src/models/architecture.ts';
import { bert } from '../../../src/models/bert.ts';
import '../../../src/ops/gradients.ts';
import type { Encoder, HeadInfo } from '../../../src/tasks/task.ts';
import { textClassification } from '../../../src/tasks/textClassification.ts';
import { dataOf } from '../../support/dataOf.ts';

const D = 4;
const C = 3;
const shape = bert.readConfig({
  hidden_size: D,
  num_attention_heads: 1,
  num_hidden_layers: 1,
  intermediate_size: 8,
  vocab_size: 20,
  max_position_embeddings: 16,
  type_vocab_size: 2,
  classifier_dropout: 0.25,
  initializer_range: 0.5,
});
const info: HeadInfo = {
  architecture: bert,
  shape,
  numLabels: C,
  missing: [],
};
const fields = (more: object = {}) =>
  textClassification.fields.parse({ type: 'text-classification', text: 'a', label: 'y', ...more });
const labels = ['x', 'y', 'z'];

describe('fields', () => {
  it('fill in the pooling alone', () => {
    expect(fields()).toEqual({ type: 'text-classification', text: 'a', label: 'y', pooling: 'model' });
  });
  it.each([
    [{ pooling: 'max' }, 'pooling'],
    [{ labels: ['a', 'a'] }, 'labels must differ'],
    [{ labels: [0, 1] }, 'put numbers in quotes'],
    [{ max_length: 4 }, 'max_length'],
    [{ max_lenght: 8 }, 'max_lenght'],
  ])('refuse %j', (more, word) => {
    expect(() => fields(more)).toThrow(word);
  });
});

it('names its columns, the pair only where there is one', () => {
  expect(textClassification.columns(fields({ text_pair: 'b' }))).toEqual({
    inputs: { text: 'a', text_pair: 'b' },
    label: { label: 'y' },
  });
  expect(textClassification.columns(fields()).inputs).toEqual({ text: 'a' });
});

describe('features', () => {
  const encode: Encoder = {
    text: (text, pair) => ({
      ids: Int32Array.of(text.length, pair?.length ?? -1),
      typeIds: Int32Array.of(0, 1),
      truncated: text.length > 2,
    }),
    words: () => expect.unreachable('words'),
    windows: () => expect.unreachable('windows'),
    ids: () => expect.unreachable('ids'),
    maxLength: 16,
  };
  const rows = [
    { index: 4, line: 9, values: { a: 'one', b: 'pair', y: 'z' } },
    { index: 7, line: 12, values: { a: '', b: '', y: 'x' } },
  ];
  it('keep the number of the row, encode pairs, and look up the label', () => {
    const examples = textClassification.features(fields({ text_pair: 'b' }), dataOf(...rows), labels, encode);
    expect(
      examples.map(({ id, inputIds, targets, truncated }) => [id, ...inputIds, ...targets, truncated]),
    ).toEqual([
      [4, 3, 4, 2, true],
      [7, 0, 0, 0, false],
    ]);
  });
  it('give -100 where the row has no label', () => {
    const [example] = textClassification.features(
      fields(),
      dataOf({ index: 0, line: 2, values: { a: 'b' } }),
      labels,
      encode,
    );
    expect([...example.inputIds, ...example.targets, example.isLabelled]).toEqual([1, -1, -100, false]);
  });
});

describe('head', () => {
  const named = (more: object, missing: readonly string[]) =>
    textClassification
      .head(fields(more), { ...info, missing })
      .map(({ name, shape, init, decay }) => [
        name,
        [...shape],
        init.kind === 'normal' ? init.std : init.kind,
        decay,
      ]);
  const classifier = [
    ['classifier.weight', [C, D], 0.5, true],
    ['classifier.bias', [C], 'zeros', false],
  ];
  it('is the classifier', () => {
    expect(named({}, ['embeddings.LayerNorm.bias'])).toEqual(classifier);
  });
  it('takes in a pooler that the checkpoint lacks, where it is used', () => {
    const missing = ['pooler.dense.bias', 'pooler.dense.weight'];
    expect(named({}, missing)).toEqual([
      ['pooler.dense.weight', [D, D], 0.5, true],
      ['pooler.dense.bias', [D], 'zeros', false],
      ...classifier,
    ]);
    expect(named({ pooling: 'mean' }, missing)).toEqual(classifier);
  });
  it('leaves the pooler unused beside mean pooling', () => {
    expect(textClassification.unused(fields({ pooling: 'mean' }), info)).toEqual(bert.sequenceHead.ofBase);
    expect(textClassification.unused(fields(), info)).toEqual([]);
  });
});

describe('forward', () => {
  afterEach(() => vi.restoreAllMocks());
  const weights: Record<string, tf.Tensor> = {
    'classifier.weight': tf.tensor2d(normals(1, C * D), [C, D]),
    'classifier.bias': tf.tensor1d(normals(2, C)),
    'pooler.dense.weight': tf.tensor2d(normals(3, D * D), [D, D]),
    'pooler.dense.bias': tf.tensor1d(normals(4, D)),
  };
  const dropped: string[] = [];
  const context: ForwardContext = {
    parameters: (name) => weights[name],
    hooks: {},
    dropout: (site, x) => {
      dropped.push(`${site} ${x.shape.join()}`);
      return x;
    },
  };
  const lengths = [3, 1];
  const S = 3;
  const states = normals(5, lengths.length * S * D);
  const batch = {
    inputIds: tf.zeros([2, S], 'int32'),
    attentionMask: tf.tensor2d([1, 1, 1, 1, 0, 0], [2, S]),
    tokenTypeIds: tf.zeros([2, S], 'int32'),
  };
  const logitsOf = (pooling: string, lastHiddenState: tf.Tensor, mask = batch.attentionMask) =>
    textClassification.forward(
      fields({ pooling }),
      info,
      context,
      { ...batch, attentionMask: mask },
      { lastHiddenState },
    );

  /** y = W x + b in float64, with W (out, in) and b (out) by name. */
  const affine = (name: string, x: readonly number[]) => {
    const [w, b] = [weights[`${name}.weight`].dataSync(), weights[`${name}.bias`].dataSync()];
    return Array.from(b, (bias, o) => x.reduce((sum, value, i) => sum + w[o * x.length + i] * value, bias));
  };
  const state = (example: number, token: number) =>
    Array.from(states.slice((example * S + token) * D, (example * S + token + 1) * D));
  const mean = (example: number) =>
    state(example, 0).map((_, i) => {
      const tokens = Array.from({ length: lengths[example] }, (_, token) => state(example, token)[i]);
      return tokens.reduce((sum, x) => sum + x) / tokens.length;
    });

  it.each([
    ['mean', (example: number) => mean(example)],
    ['model', (example: number) => affine('pooler.dense', state(example, 0)).map(Math.tanh)],
  ])('%s pooling, dropout, then the linear map', (pooling, vector) => {
    dropped.length = 0;
    const logits = logitsOf(pooling, tf.tensor3d(states, [2, S, D]));
    const expected = [0, 1].flatMap((example) => affine('classifier', vector(example)));
    expect(logits.shape).toEqual([2, C]);
    expected.forEach((value, i) => expect(logits.dataSync()[i]).toBeCloseTo(value, 5));
    expect(dropped).toEqual(['classifier 2,4']);
    expect(textClassification.dropoutSites(fields(), info)).toEqual([
      { name: 'classifier', rate: 0.25, shape: ['B', D] },
    ]);
  });

  it('mean pooling passes the gradient to tokens only, in equal parts', () => {
    const dy = tf.tensor2d(normals(6, 2 * C), [2, C]);
    const gradient = tf
      .grad((x) => logitsOf('mean', x))(tf.tensor3d(states, [2, S, D]), dy)
      .dataSync();
    const w = weights['classifier.weight'].dataSync();
    for (let i = 0; i < gradient.length; i++) {
      const [example, token, d] = [Math.floor(i / (S * D)), Math.floor(i / D) % S, i % D];
      const toVector = labels.reduce((sum, _, c) => sum + dy.dataSync()[example * C + c] * w[c * D + d], 0);
      expect(gradient[i]).toBeCloseTo(token < lengths[example] ? toVector / lengths[example] : 0, 5);
    }
  });

  it.each(['mean', 'model'])('%s pooling and loss make no host array of the size of the batch', (pooling) => {
    const made = vi.spyOn(tf.engine(), 'makeTensor');
    const arraysFor = (size: number) => {
      const mask = tf.ones<tf.Rank.R2>([size, S]);
      const targets = tf.zeros([size], 'int32');
      const [x, dy] = [tf.ones([size, S, D]), tf.ones([size])];
      made.mockClear();
      const lossOf = (states: tf.Tensor) =>
        textClassification.loss(logitsOf(pooling, states, mask), targets, { labelSmoothing: 0.1 });
      tf.grad(lossOf)(x, dy);
      return made.mock.calls.map(([, shape]) => shape);
    };
    expect(arraysFor(7)).toEqual(arraysFor(11));
  });
});

it('decodes to the likeliest label with softmax scores', () => {
  const logits = [floatTensor([3], [1, 2, 1]), floatTensor([3], [500, -500, 0])];
  const tokens = { inputIds: new Int32Array(1), typeIds: new Int32Array(1), truncated: false };
  const [first, second] = textClassification.decode!(
    fields(),
    logits,
    [
      { ...tokens, id: 9, targets: Int32Array.of(2), isLabelled: true },
      { ...tokens, id: 3, targets: Int32Array.of(-100), isLabelled: false },
    ],
    labels,
  );
  const rest = 1 / (2 + Math.E);
  expect(first).toMatchObject({ id: 9, prediction: 'y', label: 'z' });
  expect(first.scores).toEqual({
    x: expect.closeTo(rest, 12) as number,
    y: expect.closeTo(1 - 2 * rest, 12) as number,
    z: expect.closeTo(rest, 12) as number,
  });
  expect(second).toEqual({
    id: 3,
    prediction: 'x',
    scores: { x: 1, y: 0, z: expect.closeTo(0, 12) as number },
  });
});

it('reports the metrics it names, in that order', () => {
  const metrics = textClassification.metrics(
    fields(),
    [floatTensor([3], [1, 2, 1]), floatTensor([3], [5, -5, 0])],
    [1, 2].map((target, id) => ({
      id,
      inputIds: new Int32Array(1),
      typeIds: new Int32Array(1),
      targets: Int32Array.of(target),
      isLabelled: true,
      truncated: false,
    })),
    labels,
  );
  expect(Object.keys(metrics)).toEqual(textClassification.metricNames);
  expect(metrics.accuracy).toBe(0.5);
});
