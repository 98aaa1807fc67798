import { describe, expect, test } from 'vitest';
import { bert } from '../../../src/models/bert.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { factsWanted } from '../../../src/recipe/facts.ts';
import type { FileFacts, ModelFacts, Unusable } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { problemCodes } from '../../../src/recipe/problemCodes.ts';
import type { ProblemCode } from '../../../src/recipe/problemCodes.ts';
import { brief, parsed, recipeText, unmarked } from './support.ts';

/** Name, the recipe with `«»` around what the problem marks, its code, and what its message says. */
type Case = readonly [name: string, text: string, code: ProblemCode, message: string];

const TASK = 'type: text-classification, train: train.tsv, text: text, label: label';
const LONG = 'x'.repeat(300_000);

const FORM: readonly Case[] = [
  ['an unclosed quote', 'version: "1\n«»', 'yaml-syntax', 'missing closing "quote'],
  ['a tab', 'training:\n«\t»a: 1\n', 'yaml-syntax', 'tabs are not allowed as indentation'],
  [
    'an anchor',
    recipeText({ model: 'model: «&a» ./m' }),
    'yaml-unsupported',
    'anchors have no place in a recipe; write the value itself',
  ],
  [
    'an alias',
    recipeText({ model: 'model: «*a»' }),
    'yaml-unsupported',
    'aliases have no place in a recipe; write the value itself',
  ],
  [
    'a tag',
    recipeText({ model: 'model: «!!str» ./m' }),
    'yaml-unsupported',
    'tags have no place in a recipe; write the value itself',
  ],
  [
    'a directive',
    `«%YAML 1.1»\n---\n${recipeText()}`,
    'yaml-unsupported',
    'directives have no place in a recipe; write the value itself',
  ],
  [
    'a merge key',
    recipeText({ training: 'training: { «<<»: {} }' }),
    'yaml-unsupported',
    'merge keys have no place in a recipe',
  ],
  [
    'a second document',
    `${recipeText()}«---»\na: 1\n`,
    'yaml-unsupported',
    'a recipe is one YAML document; found another',
  ],
  [
    'a key given twice',
    recipeText({ more: 'model: ./other' }).replace('model: ./other', '«model»: ./other'),
    'duplicate-key',
    '"model" stands twice in this mapping',
  ],
  [
    'a number as key',
    recipeText({ variants: 'variants: { «16»: {} }' }),
    'yaml-key',
    'expected a text as key, found 16; write it in quotes',
  ],
  [
    'a list as key',
    recipeText({ variants: 'variants: { ? «[a]» : {} }' }),
    'yaml-key',
    'expected a text as key, found a list or mapping; write it in quotes',
  ],
  [
    'a reserved key',
    recipeText({ variants: 'variants: { «__proto__»: {} }' }),
    'yaml-key',
    '"__proto__" cannot be a key',
  ],
  ['a large text', `«»# ${LONG}`, 'yaml-limits', 'expected at most 262144 characters, found 300002'],
  [
    'a deep text',
    `${'['.repeat(32)}«[»${'['.repeat(20_000)}`,
    'yaml-limits',
    'expected at most 32 levels of nesting, found more',
  ],
  [
    'many tokens',
    `[${'1,'.repeat(49_999)}«1»${',1'.repeat(70_000)}]`,
    'yaml-limits',
    'expected at most 100000 tokens of YAML, found more',
  ],
];

const FIELDS: readonly Case[] = [
  ['no mapping', '«- a»\n', 'wrong-type', 'expected a mapping with version, model, task and methods'],
  ['nothing', '«»', 'wrong-type', 'expected a mapping with version, model, task and methods'],
  [
    'no model',
    recipeText({ model: '' }).replace('version', '«version»'),
    'missing-field',
    'missing field "model"; expected a folder (starting with ./, ../ or /) or a hub id (name or organisation/name)',
  ],
  [
    'a field missing inside',
    recipeText({ task: '«task»: { type: text-classification, text: text, label: label }' }),
    'missing-field',
    'missing field "train"; expected the path of a file',
  ],
  [
    'no task type',
    recipeText({ task: '«task»: { train: train.tsv, text: text, label: label }' }),
    'missing-field',
    'missing field "type"; expected text-classification',
  ],
  [
    'a misspelt field',
    recipeText({ training: 'training: { «learning_rat»: 1 }' }),
    'unknown-field',
    'unknown field "learning_rat"; did you mean "learning_rate"?',
  ],
  [
    'an unknown field',
    recipeText({ weights: '«weights»: random' }),
    'unknown-field',
    'unknown field "weights"; expected version, name, model, revision, task, methods, training, variants, grid, seeds, report',
  ],
  [
    'a field of a prototype',
    recipeText({ training: 'training: { «toString»: 1 }' }),
    'unknown-field',
    'unknown field "toString"; expected num_train_epochs',
  ],
  [
    'search',
    recipeText({ search: '«search»: {}' }),
    'not-supported',
    '"search" is not supported by this version',
  ],
  [
    'a newer version',
    recipeText({ version: 'version: «2»' }),
    'newer-version',
    'the recipe is written for version 2 of the recipe language; this program reads version 1',
  ],
  ['another version', recipeText({ version: 'version: «"1"»' }), 'unknown-value', 'expected 1, found "1"'],
  [
    'a text for a number',
    recipeText({ training: 'training: { learning_rate: «fast» }' }),
    'wrong-type',
    'expected a number above 0, found "fast"',
  ],
  [
    'a number beyond all',
    recipeText({ training: 'training: { learning_rate: «1e999» }' }),
    'wrong-type',
    'expected a number above 0, found 1e999',
  ],
  [
    'not a number',
    recipeText({ training: 'training: { num_train_epochs: «.nan» }' }),
    'wrong-type',
    'expected a number above 0, found .nan',
  ],
  [
    'nothing for a number',
    recipeText({ training: 'training:\n  «max_steps»:' }),
    'wrong-type',
    'expected a whole number of at least 1, found nothing',
  ],
  [
    'a fraction for a whole number',
    recipeText({ training: 'training: { max_steps: «2.5» }' }),
    'wrong-type',
    'expected a whole number of at least 1, found 2.5',
  ],
  [
    'a boolean for a text',
    recipeText({ task: `task: { ${TASK}, labels: [«true», b] }` }),
    'wrong-type',
    'expected a non-empty text, found true; write it in quotes',
  ],
  [
    'a list for a number',
    recipeText({ training: 'training: { learning_rate: «[1]» }' }),
    'wrong-type',
    'expected a number above 0, found a list',
  ],
  [
    'a rate of zero',
    recipeText({ training: 'training: { learning_rate: «0» }' }),
    'out-of-range',
    'expected a number above 0, found 0',
  ],
  [
    "a method's rate",
    recipeText({ methods: 'methods: { ln_tuning: { learning_rate: «-1» } }' }),
    'out-of-range',
    'expected a number above 0, found -1',
  ],
  [
    'no step',
    recipeText({ training: 'training: { max_steps: «-1» }' }),
    'out-of-range',
    'expected a whole number of at least 1, found -1',
  ],
  [
    'a share of one',
    recipeText({ task: `task: { ${TASK}, validation: «1» }` }),
    'out-of-range',
    'expected the path of a file, or a share of the training data between 0 and 1, found 1',
  ],
  [
    'a fraction of steps',
    recipeText({ training: 'training: { warmup_steps: «1.5» }' }),
    'invalid-value',
    'expected a whole number of steps, or a share of all steps from 0 and below 1, found 1.5',
  ],
  [
    'a seed below 0',
    recipeText({ seeds: 'seeds: [0, «-1»]' }),
    'out-of-range',
    'expected a whole number of at least 0 and below 2147483648, found -1',
  ],
  [
    'a seed of 32 bits',
    recipeText({ seeds: 'seeds: [«2147483648»]' }),
    'out-of-range',
    'expected a whole number of at least 0 and below 2147483648, found 2147483648',
  ],
  [
    'no seeds',
    recipeText({ seeds: 'seeds: «[]»' }),
    'out-of-range',
    'expected a non-empty list, each a whole number',
  ],
  [
    'a misspelt word',
    recipeText({ training: 'training: { lr_scheduler_type: «lineer» }' }),
    'unknown-value',
    'expected one of linear, cosine, constant, found "lineer"; did you mean "linear"?',
  ],
  [
    'a word inside a list',
    recipeText({ methods: 'methods: { ln_tuning: { layer_norms: [ffn, «embedings»] } }' }),
    'unknown-value',
    'expected one of embeddings, attention, ffn, final, found "embedings"; did you mean "embeddings"?',
  ],
  [
    'a range backwards',
    recipeText({ methods: 'methods: { ln_tuning: { layers: «5-0» } }' }),
    'invalid-value',
    'expected all, upper_half, lower_half, a range such as 0-5, or a list of different layer numbers such as [0, 2, 4], found "5-0"',
  ],
  [
    'an executor of later',
    recipeText({ training: 'training: { executor: «onnx-webgpu» }' }),
    'unknown-value',
    'expected one of auto, onnx-cpu, found "onnx-webgpu"',
  ],
  [
    'a number format of later',
    recipeText({ training: 'training: { model_dtype: «bfloat16» }' }),
    'unknown-value',
    'expected float32, found "bfloat16"',
  ],
  [
    'labels twice',
    recipeText({ task: `task: { ${TASK}, labels: «[a, a]» }` }),
    'invalid-value',
    'labels must differ',
  ],
  [
    'another spelling',
    recipeText({ training: 'training: { «batch_size»: 8 }' }),
    'other-spelling',
    '"batch_size" is not a field here; write training.per_device_train_batch_size',
  ],
  [
    'a spelling with a note',
    recipeText({ training: 'training: { «warmup_ratio»: 0.1 }' }),
    'other-spelling',
    '"warmup_ratio" is not a field here; write training.warmup_steps (below 1 it is a share of all steps)',
  ],
  [
    'a spelling in camel case',
    recipeText({ batchSize: '«batchSize»: 8' }),
    'other-spelling',
    '"batchSize" is not a field here; write training.per_device_train_batch_size',
  ],
  [
    'a field in the wrong place',
    recipeText({ training: 'training: { «max_length»: 8 }' }),
    'other-spelling',
    '"max_length" is not a field here; write task.max_length',
  ],
  [
    'a field of a later method',
    recipeText({ training: 'training: { «lora_rank»: 8 }' }),
    'other-spelling',
    '"lora_rank" is not a field here; write methods.lora.r, which this version does not have',
  ],
];

const RULES: readonly Case[] = [
  [
    'a method of later',
    recipeText({ methods: 'methods: { «lora»: {} }' }),
    'unknown-method',
    'unknown method "lora"; this version has ln_tuning, head_only',
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
    recipeText({ task: 'task: { type: «token-classification», train: a.tsv }' }),
    'unknown-task',
    'expected text-classification, found "token-classification"',
  ],
  ['a model with a blank', recipeText({ model: 'model: «my model»' }), 'invalid-model', 'found "my model"'],
  ['a model outside', recipeText({ model: 'model: «org/..»' }), 'invalid-model', 'found "org/.."'],
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
    'cannot tell the format of "train.xls"; expected a name in .tsv, .csv, .jsonl, or a `format` beside it',
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

describe.each([
  ['form', FORM],
  ['fields', FIELDS],
  ['rules', RULES],
])('parseRecipe, %s', (_, cases) => {
  test.each(cases)('%s', (_name, marked, code, message) => {
    const { text, range } = unmarked(marked);
    const { recipe, problems } = parseRecipe(text, 'recipe.peft.yaml');
    expect(problems.map(brief)).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatchObject({ code, range });
    expect(recipe === undefined).toBe(problems[0].severity === 'error');
  });
});

const SHAPE = bert.readConfig({
  hidden_size: 8,
  num_hidden_layers: 6,
  num_attention_heads: 2,
  intermediate_size: 16,
  vocab_size: 30,
  type_vocab_size: 2,
  max_position_embeddings: 512,
  hidden_act: 'gelu',
});
const MODEL: ModelFacts = { info: { architecture: bert, shape: SHAPE } };
const FILE: FileFacts = { columns: ['text', 'label'], rows: 10, labels: ['no', 'yes'] };

interface Known {
  readonly model?: ModelFacts | Unusable;
  /** By file name. */
  readonly files?: Readonly<Record<string, FileFacts | Unusable>>;
}

const FACTS: readonly (readonly [...Case, Known])[] = [
  [
    'an unreadable model',
    recipeText({ model: 'model: «./model»' }),
    'unusable-model',
    'no config.json',
    { model: { unusable: 'no config.json' } },
  ],
  [
    'a layer too many',
    recipeText({ methods: 'methods: { ln_tuning: { layers: «4-7» } }' }),
    'beyond-model',
    'there is no layer 6, 7',
    { model: MODEL },
  ],
  [
    'a norm that it lacks',
    recipeText({ methods: 'methods: { ln_tuning: { layer_norms: «[final]» } }' }),
    'beyond-model',
    'no "final" LayerNorm',
    { model: MODEL },
  ],
  [
    'more tokens than positions',
    recipeText({ task: `task: { ${TASK}, max_length: «513» }` }),
    'beyond-model',
    "expected at most 512, the model's longest input, found 513",
    { model: MODEL },
  ],
  [
    'more tokens than the tokenizer',
    recipeText({ task: `task: { ${TASK}, max_length: «300» }` }),
    'beyond-model',
    "the model's tokenizer is made for at most 256 tokens, found 300",
    { model: { ...MODEL, tokenizerMaxLength: 256 } },
  ],
  [
    'a model without a tokenizer',
    recipeText({ model: 'model: «./model»' }),
    'unusable-model',
    'model: expected tokenizer.json, found none',
    { model: { ...MODEL, faults: ['model: expected tokenizer.json, found none'] } },
  ],
  [
    'a missing matrix',
    recipeText({ model: 'model: «./model»' }),
    'frozen-random-init',
    'the checkpoint lacks embeddings.word_embeddings.weight, which would be frozen at random values',
    {
      model: {
        ...MODEL,
        missing: ['embeddings.word_embeddings.weight', 'pooler.dense.weight', 'pooler.dense.bias'],
      },
    },
  ],
  [
    'an unreadable file',
    recipeText({ task: 'task: { type: text-classification, train: «train.tsv», text: text, label: label }' }),
    'unusable-data',
    'train.tsv:3: broken quote',
    { files: { 'train.tsv': { unusable: 'train.tsv:3: broken quote' } } },
  ],
  [
    'a file without rows',
    recipeText({ task: 'task: { type: text-classification, train: «train.tsv», text: text, label: label }' }),
    'no-rows',
    'train.tsv has no rows',
    { files: { 'train.tsv': { ...FILE, rows: 0 } } },
  ],
  [
    'a misspelt column',
    recipeText({ task: 'task: { type: text-classification, train: train.tsv, text: «txt», label: label }' }),
    'unknown-column',
    'train.tsv has no column "txt"; did you mean "text"?',
    { files: { 'train.tsv': FILE } },
  ],
  [
    'a column missing in another file',
    recipeText({ task: `task: { ${TASK}, validation: «dev.tsv» }` }),
    'unknown-column',
    'dev.tsv has no column "label"; it has text, class',
    { files: { 'train.tsv': FILE, 'dev.tsv': { columns: ['text', 'class'], rows: 3 } } },
  ],
  [
    'one label',
    recipeText({ task: 'task: { type: text-classification, train: «train.tsv», text: text, label: label }' }),
    'one-label',
    'train.tsv has only the label "no"; there is nothing to learn',
    { files: { 'train.tsv': { ...FILE, labels: ['no'] } } },
  ],
  [
    'a label that is not listed',
    recipeText({ task: `task: { ${TASK}, labels: «[no, yes]» }` }),
    'unknown-label',
    'train.tsv has the label "maybe"; expected "no", "yes"',
    { files: { 'train.tsv': { ...FILE, labels: ['maybe', 'no', 'yes'] } } },
  ],
  [
    'a listed label that never occurs',
    recipeText({ task: `task: { ${TASK}, labels: «[no, yes, maybe]» }` }),
    'unknown-label',
    'train.tsv has no example of "maybe"',
    { files: { 'train.tsv': FILE } },
  ],
  [
    'a label that train lacks',
    recipeText({ task: `task: { ${TASK}, test: «test.tsv» }` }),
    'unknown-label',
    'test.tsv has the label "maybe"; expected "no", "yes"',
    { files: { 'train.tsv': FILE, 'test.tsv': { ...FILE, labels: ['maybe'] } } },
  ],
];

describe('checkRecipe', () => {
  test.each(FACTS)('%s', (_name, marked, code, message, { model, files = {} }) => {
    const { text, range } = unmarked(marked);
    const recipe = parsed(text);
    const wanted = factsWanted(recipe);
    const problems = checkRecipe(recipe, {
      models: new Map([...wanted.models].flatMap(([key]) => (model === undefined ? [] : [[key, model]]))),
      files: new Map(
        [...wanted.files].flatMap(([key, { file }]) => (file in files ? [[key, files[file]]] : [])),
      ),
    });
    expect(problems.map(brief)).toEqual([expect.stringContaining(message)]);
    expect(problems[0]).toMatchObject({ code, range });
  });

  test('what is not known is not checked', () => {
    const recipe = parsed(recipeText());
    expect(checkRecipe(recipe, { models: new Map(), files: new Map() })).toEqual([]);
  });

  test('missing tensors of an unused or trained pooler are no problem', () => {
    const missing = ['pooler.dense.weight', 'pooler.dense.bias'];
    for (const pooling of ['model', 'mean']) {
      const recipe = parsed(recipeText({ task: `task: { ${TASK}, pooling: ${pooling} }` }));
      const [key] = factsWanted(recipe).models.keys();
      const facts = { models: new Map([[key, { ...MODEL, missing }]]), files: new Map() };
      expect(checkRecipe(recipe, facts)).toEqual([]);
    }
  });
});

test('every code has a case', () => {
  const shown = new Set([...FORM, ...FIELDS, ...RULES, ...FACTS].map(([, , code]) => code));
  expect([...shown].sort()).toEqual(Object.keys(problemCodes).sort());
});
