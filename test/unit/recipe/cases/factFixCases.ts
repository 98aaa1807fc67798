import type { ModelFacts } from '../../../../src/recipe/facts.ts';
import { bert } from '../../../../src/models/bert.ts';
import { TASK } from '../support.ts';
import { labels, methods, type FixCase } from './fixCase.ts';

const SHAPE = bert.readConfig({
  hidden_size: 8,
  num_hidden_layers: 6,
  num_attention_heads: 2,
  intermediate_size: 16,
  vocab_size: 30,
  type_vocab_size: 2,
  max_position_embeddings: 40,
  hidden_act: 'gelu',
});
const MODEL: ModelFacts = { info: { architecture: bert, shape: SHAPE } };
const ONE_LAYER: ModelFacts = { info: { architecture: bert, shape: { ...SHAPE, layers: 1 } } };

const dataWith = (...labels: string[]) => ({
  'train.tsv': { columns: ['text', 'label'], rows: 10, labels },
});

/** What is offered for a problem beside a model or data. */
export const FACT_FIXES: Readonly<Record<string, FixCase>> = {
  'a misspelt label': {
    code: 'unknown-label',
    before: labels('[no, yess]'),
    after: {
      'Change to "yes"': labels('[no, "yes"]'),
      'Write the labels of the data': labels('[no, "yes"]'),
    },
    files: dataWith('no', 'yes'),
  },
  'a label that is not listed': {
    code: 'unknown-label',
    before: {
      task: `task:\n  ${TASK.replaceAll(', ', '\n  ')}\n  labels:\n    - z # last in the text\n    - a`,
    },
    after: {
      'Write the labels of the data': {
        task: `task:\n  ${TASK.replaceAll(', ', '\n  ')}\n  labels:\n    - z # last in the text\n    - a\n    - m`,
      },
    },
    files: dataWith('a', 'm', 'z'),
  },
  'a label that never occurs': {
    code: 'unknown-label',
    before: labels('[b, never, a]'),
    after: { 'Write the labels of the data': labels('[b, a]') },
    files: dataWith('a', 'b'),
  },
  'labels of another file that train has': {
    code: 'unknown-label',
    before: { task: `task: { ${TASK}, test: test.tsv, labels: [a, b] }` },
    after: {
      'Write the labels of the data': { task: `task: { ${TASK}, test: test.tsv, labels: [a, b, c] }` },
    },
    files: { ...dataWith('a', 'b', 'c'), 'test.tsv': { columns: ['text', 'label'], rows: 2, labels: ['c'] } },
  },
  'labels none of which is right': {
    code: 'unknown-label',
    before: labels('[first, second]'),
    after: { 'Write the labels of the data': labels('["0", "1"]') },
    files: dataWith('0', '1'),
  },

  'a prefix too long': {
    code: 'beyond-model',
    before: methods('prefix_tuning: { num_virtual_tokens: 28 }'),
    after: { 'Change to 27': methods('prefix_tuning: { num_virtual_tokens: 27 }') },
    model: MODEL,
  },
  'a part of a union too large as it is given': {
    code: 'beyond-model',
    before: methods('mam: {}'),
    after: { 'Add "bottleneck: 8"': methods('mam: { adapter: { bottleneck: 8 } }') },
    model: MODEL,
  },
  'a bottleneck wider than the model': {
    code: 'beyond-model',
    before: methods('adapter: { bottleneck: 16 }'),
    after: { 'Change to 8': methods('adapter: { bottleneck: 8 }') },
    model: MODEL,
  },
  'a bottleneck of the grid': {
    code: 'beyond-model',
    before: { ...methods('adapter: {}'), grid: 'grid: { methods.adapter.bottleneck: [4, 16] }' },
    after: {
      'Change to 8': { ...methods('adapter: {}'), grid: 'grid: { methods.adapter.bottleneck: [4, 8] }' },
    },
    model: MODEL,
  },
  'a rank above the width': {
    code: 'beyond-model',
    before: methods('lora: { r: 64 }'),
    after: { 'Change to 8': methods('lora: { r: 8 }') },
    model: MODEL,
  },
  'a range of layers too long': {
    code: 'beyond-model',
    before: methods('ln_tuning: { layers: 4-7 }'),
    after: { 'Change to "4-5"': methods('ln_tuning: { layers: 4-5 }') },
    model: MODEL,
  },
  'layers out of range': {
    code: 'beyond-model',
    before: methods('ln_tuning: { layers: [6, 0, 7] }'),
    after: { 'Remove 6, 7': methods('ln_tuning: { layers: [0] }') },
    model: MODEL,
  },
  'layers that are all out of range': {
    code: 'beyond-model',
    before: methods('ln_tuning: { layers: 6-7, parameters: [gain] }'),
    after: { 'Remove "layers"': methods('ln_tuning: { parameters: [gain] }') },
    model: MODEL,
  },
  'half of one layer': {
    code: 'beyond-model',
    before: methods('adapter: { bottleneck: 2, layers: lower_half }'),
    after: { 'Remove "layers"': methods('adapter: { bottleneck: 2 }') },
    model: ONE_LAYER,
  },
  'a target that is misspelt': {
    code: 'beyond-model',
    before: methods('lora: { target_modules: [query, valeu] }'),
    after: { 'Change to "value"': methods('lora: { target_modules: [query, value] }') },
    model: MODEL,
  },
  'a target that there is not': {
    code: 'beyond-model',
    before: methods('lora: { target_modules: [query, pooler.dense] }'),
    after: { 'Remove "pooler.dense"': methods('lora: { target_modules: [query] }') },
    model: MODEL,
  },
  'an input longer than a short model': {
    code: 'beyond-model',
    before: {
      ...methods('prefix_tuning: { num_virtual_tokens: 20 }'),
      task: `task: { ${TASK}, max_length: 30 }`,
    },
    after: {
      'Change to 20': {
        ...methods('prefix_tuning: { num_virtual_tokens: 20 }'),
        task: `task: { ${TASK}, max_length: 20 }`,
      },
    },
    model: MODEL,
  },
  'two adapters at one place': {
    code: 'impossible-union',
    before: methods('adapter: [{ bottleneck: 2 }, { bottleneck: 3 }]'),
    after: {
      'Remove item 2 of "adapter"': methods('adapter: [{ bottleneck: 2 }]'),
      'Remove item 1 of "adapter"': methods('adapter: [{ bottleneck: 3 }]'),
    },
    model: MODEL,
  },
};
