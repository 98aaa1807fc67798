import { TASK } from '../support.ts';
import { labels, methods, type FixCase, type Lines } from './fixCase.ts';

const training = (written: string, task = TASK): Lines => ({
  task: `task: { ${task} }`,
  training: `training: { ${written} }`,
});
const train = (file: string, more = ''): Lines => ({
  task: `task: { type: text-classification, train: ${file}, text: text, label: label${more} }`,
});
const VALIDATED = `${TASK}, validation: 0.1`;

/** What is offered for a problem that needs no model and no data. */
export const FIXES: Readonly<Record<string, FixCase>> = {
  'full fine-tuning beside another': {
    code: 'impossible-union',
    before: methods('ln_tuning: {}, full: {}'),
    after: {
      'Remove "ln_tuning"': methods('full: {}'),
      'Remove "full"': methods('ln_tuning: {}'),
    },
  },
  'a configuration beside a model': {
    code: 'model-or-config',
    before: { model: 'model: ./model\nconfig: ./other\nweights: random', ...methods('full: {}') },
    after: {
      'Remove "config" and "weights"': methods('full: {}'),
      'Remove "model"': { model: 'config: ./other\nweights: random', ...methods('full: {}') },
    },
  },
  'a configuration beside a model whose weights are meant': {
    code: 'model-or-config',
    before: { config: 'config: ./other' },
    after: { 'Remove "config"': {} },
  },
  'random weights of a model': {
    code: 'model-or-config',
    before: { weights: 'weights: random', ...methods('full: {}') },
    after: {
      'Remove "weights"': methods('full: {}'),
      'Write it as config': { model: 'config: ./model', weights: 'weights: random', ...methods('full: {}') },
    },
  },
  'a configuration without weights': {
    code: 'missing-field',
    before: { model: 'config: ./model', ...methods('full: {}') },
    after: {
      'Add "weights: random"': {
        model: 'config: ./model',
        ...methods('full: {}'),
        weights: 'weights: random',
      },
    },
  },
  'a method that freezes random weights': {
    code: 'frozen-random-init',
    before: { model: 'config: ./model\nweights: random', ...methods('mam: {}') },
    after: {
      'Train with "full" instead': {
        model: 'config: ./model\nweights: random',
        ...methods('full: {}'),
      },
    },
  },
  'full fine-tuning beside a union': {
    code: 'impossible-union',
    before: methods('mam: {}, full: {}'),
    after: { 'Remove "full"': methods('mam: {}') },
  },
  'a union beside its part': {
    code: 'impossible-union',
    before: methods('mam: {}, adapter: { bottleneck: 4 }'),
    after: {
      'Remove "adapter"': methods('mam: {}'),
      'Remove "mam"': methods('adapter: { bottleneck: 4 }'),
    },
  },
  'a seed twice': {
    code: 'duplicate-item',
    before: { seeds: 'seeds:\n  - 1 # first\n  - 2\n  - 1 # again' },
    after: { 'Remove the repetition': { seeds: 'seeds:\n  - 1 # first\n  - 2' } },
  },
  'a label twice': {
    code: 'invalid-value',
    before: labels('[a, b, a]'),
    after: { 'Remove the repetition': labels('[a, b]') },
  },
  'a layer twice': {
    code: 'invalid-value',
    before: methods('ln_tuning: { layers: [0, 2, 0, 2] }'),
    after: { 'Remove the repetition': methods('ln_tuning: { layers: [0, 2] }') },
  },
  'labels of which one would be left': { code: 'invalid-value', before: labels('[a, a]'), after: {} },

  'a misspelt path of the grid': {
    code: 'unused-grid-path',
    before: { grid: 'grid: { trainin.learning_rat: [1.0e-3] }' },
    after: { 'Change to "training.learning_rate"': { grid: 'grid: { training.learning_rate: [1.0e-3] }' } },
  },
  'a path of the grid with a misspelt end': {
    code: 'unknown-field',
    before: { grid: 'grid: { training.learning_rat: [1.0e-3, 2.0e-3] }' },
    after: {
      'Change to "learning_rate"': { grid: 'grid: { training.learning_rate: [1.0e-3, 2.0e-3] }' },
    },
  },
  'a path of the grid by another name': {
    code: 'other-spelling',
    before: { grid: 'grid: { lr: [1.0e-3, 2.0e-3] }' },
    after: {
      'Write it as training.learning_rate': { grid: 'grid: { training.learning_rate: [1.0e-3, 2.0e-3] }' },
    },
  },
  'a path of the grid that no variant has': {
    code: 'unused-grid-path',
    before: { grid: 'grid:\n  other.field: [1] # none\n  training.max_steps: [1, 2] # kept' },
    after: { 'Remove "other.field"': { grid: 'grid:\n  training.max_steps: [1, 2] # kept' } },
  },
  'the only path of the grid': {
    code: 'unused-grid-path',
    before: { grid: 'grid:\n  methods.head_only.learning_rate: [1] # none' },
    after: { 'Remove "methods.head_only.learning_rate"': {} },
  },

  'evaluation of nothing': {
    code: 'needs-data',
    before: training('eval_strategy: epoch, max_steps: 3'),
    after: {
      'Add "task.validation: 0.1"': training('eval_strategy: epoch, max_steps: 3', VALIDATED),
      'Remove "eval_strategy"': training('max_steps: 3'),
    },
  },
  'early stopping by nothing': {
    code: 'needs-data',
    before: training('max_steps: 3, early_stopping_patience: 2'),
    after: {
      'Add "task.validation: 0.1"': training('max_steps: 3, early_stopping_patience: 2', VALIDATED),
      'Remove "early_stopping_patience"': training('max_steps: 3'),
    },
  },
  'early stopping without evaluation': {
    code: 'needs-data',
    before: training('eval_strategy: "no", early_stopping_patience: 2', VALIDATED),
    after: {
      'Change eval_strategy to "epoch"': training(
        'eval_strategy: epoch, early_stopping_patience: 2',
        VALIDATED,
      ),
      'Remove "early_stopping_patience"': training('eval_strategy: "no"', VALIDATED),
    },
  },
  'early stopping without either': {
    code: 'needs-data',
    before: training('eval_strategy: "no", early_stopping_patience: 2'),
    after: {
      'Add "task.validation: 0.1", and change eval_strategy to "epoch"': training(
        'eval_strategy: epoch, early_stopping_patience: 2',
        VALIDATED,
      ),
      'Remove "early_stopping_patience"': training('eval_strategy: "no"'),
    },
  },
  'a report on test data that is not given': {
    code: 'needs-data',
    before: { task: `task: { ${VALIDATED} }`, report: 'report: { split: test } # why' },
    after: {
      'Change to "validation"': {
        task: `task: { ${VALIDATED} }`,
        report: 'report: { split: validation } # why',
      },
    },
  },
  'a report on no data': {
    code: 'needs-data',
    before: { report: 'report: { split: test } # why' },
    after: { 'Remove "split"': { report: 'report: {} # why' } },
  },

  'steps without their number': {
    code: 'missing-eval-steps',
    before: training('logging_steps: 25, eval_strategy: steps', VALIDATED),
    after: {
      'Add "eval_steps: 25"': training('logging_steps: 25, eval_strategy: steps, eval_steps: 25', VALIDATED),
      'Change eval_strategy to "epoch"': training('logging_steps: 25, eval_strategy: epoch', VALIDATED),
    },
  },

  'a file whose ending is near to a format': {
    code: 'unknown-format',
    before: train('data.jsnl'),
    after: { 'Add "format: jsonl"': train('data.jsnl', ', format: jsonl') },
  },
  'a file whose ending is near to that of a format': {
    code: 'unknown-format',
    before: train('data.text'),
    after: { 'Add "format: text"': train('data.text', ', format: text') },
  },
  'a file beside another of a known format': {
    code: 'unknown-format',
    before: train('data.jsnl', ', test: test.csv'),
    after: { 'Add "format: csv"': train('data.jsnl', ', test: test.csv, format: csv') },
  },
  'a file without an ending': {
    code: 'unknown-format',
    before: train('./data/train'),
    after: {
      'Add "format: tsv"': train('./data/train', ', format: tsv'),
      'Add "format: csv"': train('./data/train', ', format: csv'),
      'Add "format: jsonl"': train('./data/train', ', format: jsonl'),
      'Add "format: json"': train('./data/train', ', format: json'),
      'Add "format: conll"': train('./data/train', ', format: conll'),
      'Add "format: parquet"': train('./data/train', ', format: parquet'),
      'Add "format: text"': train('./data/train', ', format: text'),
    },
  },
  'a file of another program': { code: 'unknown-format', before: train('data.xlsx'), after: {} },

  'a missing version': {
    code: 'missing-field',
    before: { version: '# of mine' },
    after: { 'Add "version: 1"': { version: '# of mine', more: 'version: 1' } },
  },
  'a missing model': { code: 'missing-field', before: { model: '' }, after: {} },

  'a whole number below its bound': {
    code: 'out-of-range',
    before: training('max_steps: 0'),
    after: { 'Change to 1': training('max_steps: 1') },
  },
  'a whole number at a bound that is not among them': {
    code: 'out-of-range',
    before: { seeds: 'seeds: [2147483648]' },
    after: { 'Change to 2147483647': { seeds: 'seeds: [2147483647]' } },
  },
  'a word that the list has already': {
    code: 'unknown-value',
    before: methods('ln_tuning: { parameters: [gain, gian] }'),
    after: { 'Remove "gian"': methods('ln_tuning: { parameters: [gain] }') },
  },
  'a fraction of a whole number': {
    code: 'wrong-type',
    before: training('max_steps: 2.7'),
    after: { 'Change to 3': training('max_steps: 3') },
  },
  'a fraction below the bound of whole numbers': {
    code: 'wrong-type',
    before: training('max_steps: 0.2'),
    after: { 'Change to 1': training('max_steps: 1') },
  },
  'a real number at a bound that is not among them': {
    code: 'out-of-range',
    before: training('adam_beta1: 1'),
    after: {},
  },
  'a rate of nothing': { code: 'out-of-range', before: training('learning_rate: 0'), after: {} },
  'a real number below a bound that is among them': {
    code: 'out-of-range',
    before: training('adam_beta1: -0.5'),
    after: { 'Change to 0': training('adam_beta1: 0') },
  },

  'a key of another tool, with its notation and comment': {
    code: 'other-spelling',
    before: { training: 'training:\n  max_steps: 3 # few', lr: 'lr: 1e-4 # as before' },
    after: {
      'Write it as training.learning_rate': {
        training: 'training:\n  max_steps: 3 # few\n  learning_rate: 1e-4 # as before',
      },
    },
  },
  'a key of another tool without its section': {
    code: 'other-spelling',
    before: { lr: 'lr: 1e-4 # as before' },
    after: {
      'Write it as training.learning_rate': { training: 'training:\n  learning_rate: 1e-4 # as before' },
    },
  },
  'a key of another tool into braces': {
    code: 'other-spelling',
    before: { training: 'training: { max_steps: 3 } # few', lr: 'lr: 1e-4 # as before' },
    after: {
      'Write it as training.learning_rate': {
        training: 'training: { max_steps: 3, learning_rate: 1e-4 } # few # as before',
      },
    },
  },
  'a key of another tool out of braces': {
    code: 'other-spelling',
    before: {
      methods: 'methods: { ln_tuning: { lr: 1e-4, layers: all } } # one',
      training: 'training:\n  max_steps: 3',
    },
    after: {
      'Write it as training.learning_rate': {
        methods: 'methods: { ln_tuning: { layers: all } } # one',
        training: 'training:\n  max_steps: 3\n  learning_rate: 1e-4',
      },
    },
  },
  'a list in the wrong place, with its comments': {
    code: 'other-spelling',
    before: {
      task: `task:\n    ${TASK.replaceAll(', ', '\n    ')}`,
      labels: 'labels: # in order\n  - "no" # 0\n  - \'yes\' # 1\n# end',
    },
    after: {
      'Write it as task.labels': {
        task: `task:\n    ${TASK.replaceAll(', ', '\n    ')}\n    labels: # in order\n      - "no" # 0\n      - 'yes' # 1`,
        end: '# end',
      },
    },
  },
  'a list in the wrong place, into braces': {
    code: 'other-spelling',
    before: { task: `task: { ${TASK} }`, labels: "labels:\n  - 'yes'\n  - a, b # the other" },
    after: {
      'Write it as task.labels': { task: `task: { ${TASK}, labels: ['yes', "a, b"] } # the other` },
    },
  },
  'a list that has comments in it, into braces': {
    code: 'other-spelling',
    before: { labels: 'labels:\n  - a # 0\n  - b # 1' },
    after: {},
  },
  'a key of another tool in a variant': {
    code: 'other-spelling',
    before: { variants: 'variants:\n  A: { batch_size: 4 }\n  B: {}' },
    after: {
      'Write it as training.per_device_train_batch_size': {
        variants: 'variants:\n  A: { training: { per_device_train_batch_size: 4 } }\n  B: {}',
      },
    },
  },
  'a field of a method that all variants share, in one of them': {
    code: 'other-spelling',
    before: { ...methods('lora: {}, ln_tuning: {}'), variants: 'variants: { A: { lora_r: 2 }, B: {} }' },
    after: {},
  },
};
