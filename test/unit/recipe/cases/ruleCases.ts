import type { Case } from './case.ts';
import { TASK, recipeText } from '../support.ts';

/** What is wrong between fields, and in variants and grids. */
export const RULES: readonly Case[] = [
  [
    'a method of later',
    recipeText({ methods: 'methods: { «unipelt»: {} }' }),
    'unknown-method',
    'unknown method "unipelt"; this version has full, ln_tuning, bitfit, ',
  ],
  [
    'a method beside full fine-tuning',
    recipeText({ methods: 'methods: { «ln_tuning»: {}, full: {} }' }),
    'impossible-union',
    'full stands alone: it leaves nothing for ln_tuning to train',
  ],
  [
    'a misspelt method',
    recipeText({ methods: 'methods: { «ln_tunning»: }' }),
    'unknown-method',
    'did you mean "ln_tuning"?',
  ],
  [
    'no method',
    recipeText({ methods: 'methods: «{}»' }),
    'no-methods',
    'expected at least one method, found none',
  ],
  [
    'a task of later',
    recipeText({ task: 'task: { type: «summarization», train: a.jsonl }' }),
    'unknown-task',
    'expected one of text-classification, token-classification, question-answering, text-generation, language-modeling, found "summarization"',
  ],
  [
    'random weights without their configuration',
    recipeText({ model: 'weights: random', methods: 'methods: { full: {} }' }).replace(
      'version',
      '«version»',
    ),
    'missing-field',
    'missing field "config"; expected a folder, or a hub id',
  ],
  [
    'a configuration without weights',
    recipeText({ model: 'config: ./model', methods: 'methods: { full: {} }' }).replace(
      'version',
      '«version»',
    ),
    'missing-field',
    'missing field "weights"; expected random',
  ],
  [
    'other weights than random ones',
    recipeText({ model: 'config: ./model\nweights: «zeros»', methods: 'methods: { full: {} }' }),
    'unknown-value',
    'expected random, found "zeros"',
  ],
  [
    'an empty configuration',
    recipeText({ model: 'config: «""»\nweights: random' }),
    'invalid-model',
    'found ""',
  ],
  [
    'a configuration beside a model',
    recipeText({ config: '«config»: ./other', weights: 'weights: random', methods: 'methods: { full: {} }' }),
    'model-or-config',
    '`config` is for training from nothing, but `model` names weights to begin with',
  ],
  [
    'random weights of a model',
    recipeText({ weights: '«weights»: random' }),
    'model-or-config',
    '`weights` is for training from nothing, but `model` names weights to begin with',
  ],
  [
    'a method that freezes random weights',
    recipeText({ model: 'config: ./model\nweights: random', methods: 'methods: { ln_tuning: «{}» }' }),
    'frozen-random-init',
    'ln_tuning would leave tensors frozen at random values: `weights: random` is for full',
  ],
  ['an empty model', recipeText({ model: 'model: «""»' }), 'invalid-model', 'found ""'],
  ['a model on two lines', recipeText({ model: 'model: «"a\\nb"»' }), 'invalid-model', 'found "a\\nb"'],
  [
    'a revision outside',
    recipeText({ model: 'model: org/name', revision: 'revision: «../x»' }),
    'invalid-value',
    'expected a branch, tag or commit, found "../x"',
  ],
  [
    'a revision of a folder',
    recipeText({ revision: '«revision»: main' }),
    'no-effect',
    'a revision is for models of the hub; the model is a folder',
  ],
  [
    'a file of no known format',
    recipeText({ task: 'task: { type: text-classification, train: «train.xls», text: a, label: b }' }),
    'unknown-format',
    'cannot tell the format of "train.xls"; expected a name in .tsv, .csv, .jsonl, .json, .conll, .parquet, .txt, or a `format` beside it',
  ],
  [
    'the same seed twice',
    recipeText({ seeds: 'seeds: [1, 2, «1»]' }),
    'duplicate-item',
    'seed 1 stands twice; seeds must differ',
  ],
  [
    'a metric of another task',
    recipeText({ training: 'training: { metric_for_best_model: «acuracy» }' }),
    'unknown-metric',
    'found "acuracy"; did you mean "accuracy"?',
  ],
  [
    'steps without their number',
    recipeText({
      task: `task: { ${TASK}, validation: 0.1 }`,
      training: 'training: { eval_strategy: «steps» }',
    }),
    'missing-eval-steps',
    '`eval_strategy: steps` needs `eval_steps`, which is not given',
  ],
  [
    'steps without need',
    recipeText({ training: 'training: { «eval_steps»: 5 }' }),
    'no-effect',
    '`eval_steps` has no effect without `eval_strategy: steps`',
  ],
  [
    'smoothing of no labels',
    recipeText({
      task: 'task: { type: question-answering, train: a.json }',
      training: 'training: { «label_smoothing_factor»: 0.1 }',
    }),
    'no-effect',
    '`label_smoothing_factor` has no effect on the loss of question-answering',
  ],
  [
    'evaluation of nothing',
    recipeText({ training: 'training: { eval_strategy: «epoch» }' }),
    'needs-data',
    'evaluation needs `task.validation`, which is not given',
  ],
  [
    'patience without validation',
    recipeText({ training: 'training: { early_stopping_patience: «2» }' }),
    'needs-data',
    'early stopping needs `task.validation`',
  ],
  [
    'patience without evaluation',
    recipeText({
      task: `task: { ${TASK}, validation: 0.1 }`,
      training: 'training: { eval_strategy: no, early_stopping_patience: «2» }',
    }),
    'needs-data',
    'early stopping needs an `eval_strategy` other than no',
  ],
  [
    'a report on no data',
    recipeText({ report: 'report: { split: «test» }' }),
    'needs-data',
    'a report on test data needs `task.test`, which is not given',
  ],
  [
    'a baseline that is no variant',
    recipeText({
      variants: 'variants: { head only: { methods: { head_only: } } }',
      report: 'report: { baseline: «head-only» }',
    }),
    'unknown-variant',
    'there is no variant "head-only"; did you mean "head only"?',
  ],
  [
    'a variant that lacks methods',
    recipeText({ methods: '', variants: 'variants: { A: { methods: { ln_tuning: } }, «B»: {} }' }),
    'missing-field',
    'missing field "methods"',
  ],
  [
    'a field that no variant has',
    recipeText({ methods: '', variants: 'variants: { A: {}, B: {} }' }).replace('version', '«version»'),
    'missing-field',
    'missing field "methods"',
  ],
  [
    'a wrong value in a variant',
    recipeText({ variants: 'variants: { A: { training: { learning_rate: «x» } }, B: {} }' }),
    'wrong-type',
    'expected a number above 0, found "x"',
  ],
  [
    'a wrong value under two variants',
    recipeText({ training: 'training: { learning_rate: «x» }', variants: 'variants: { A: {}, B: {} }' }),
    'wrong-type',
    'expected a number above 0, found "x"',
  ],
  [
    'seeds of a variant',
    recipeText({ variants: 'variants: { A: { «seeds»: [1] } }' }),
    'unknown-field',
    '"seeds" belongs to the whole recipe; a variant or the grid cannot change it',
  ],
  [
    'a nameless variant',
    recipeText({ variants: 'variants: { «""»: {} }' }),
    'invalid-name',
    'expected a name on one line',
  ],
  [
    'a value of the grid',
    recipeText({ grid: 'grid: { training.learning_rate: [1, «x»] }' }),
    'wrong-type',
    'expected a number above 0, found "x"',
  ],
  [
    'a grid of no list',
    recipeText({ grid: 'grid: { training.learning_rate: «1» }' }),
    'wrong-type',
    'expected a non-empty list, found 1',
  ],
  [
    'a grid of no values',
    recipeText({ grid: 'grid: { training.learning_rate: «[]» }' }),
    'out-of-range',
    'expected a non-empty list, found a list',
  ],
  [
    'a misspelt last step',
    recipeText({ grid: 'grid: { «training.learning_rat»: [1] }' }),
    'unknown-field',
    'unknown field "learning_rat"; did you mean "learning_rate"?',
  ],
  [
    'a misspelt first step',
    recipeText({ grid: 'grid: { «trainin.learning_rate»: [1] }' }),
    'unused-grid-path',
    'the grid\'s path names no field: there is no "trainin"; did you mean "training"?',
  ],
  [
    'a method that no variant uses',
    recipeText({ grid: 'grid: { «methods.head_only.learning_rate»: [1] }' }),
    'unused-grid-path',
    'no variant has "methods.head_only", so this path of the grid changes nothing',
  ],
  [
    'a path through a list',
    recipeText({ task: `task: { ${TASK}, labels: [a, b] }`, grid: 'grid: { «task.labels.2»: [c] }' }),
    'unused-grid-path',
    'so this path of the grid changes nothing',
  ],
  [
    'seeds in the grid',
    recipeText({ grid: 'grid: { «seeds»: [[1]] }' }),
    'unknown-field',
    '"seeds" belongs to the whole recipe',
  ],
  [
    'two points of one name',
    recipeText({ grid: '«grid»: { task.text: [a, "a\\u0007", "a "] }' }),
    'same-variant',
    'two configurations would be named "text=a "',
  ],
  [
    'a huge grid',
    recipeText({
      grid: `«grid»: { training.max_steps: [${'1,'.repeat(100)}], training.eval_steps: [${'1,'.repeat(100)}] }`,
    }),
    'too-many-runs',
    'expected at most 1000 runs, found up to 10000: variants x grid x seeds',
  ],
];
