import { describe, expect, test } from 'vitest';
import type { ModelTensor } from '../../../src/models/architecture.ts';
import { bert } from '../../../src/models/bert.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { factsWanted } from '../../../src/recipe/facts.ts';
import type { FileFacts, ModelFacts, Unusable } from '../../../src/recipe/facts.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { problemCodes } from '../../../src/recipe/problemCodes.ts';
import type { Case } from './cases/case.ts';
import { FIELDS } from './cases/fieldCases.ts';
import { FORM } from './cases/formCases.ts';
import { RULES } from './cases/ruleCases.ts';
import { brief, parsed, recipeText, TASK, unmarked } from './support.ts';

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
/** The same model without the tensors that the predicate refuses. */
const having = (isThere: (tensor: ModelTensor) => boolean): ModelFacts => ({
  info: { shape: SHAPE, architecture: { ...bert, tensors: () => bert.tensors(SHAPE).filter(isThere) } },
});
const WITHOUT_BIASES = having(({ role }) => role !== 'bias' && role !== 'norm_bias');
const WITH_ATTENTION_BIASES = having(({ role, part }) => role !== 'bias' || part === 'attention');
const FILE: FileFacts = { columns: ['text', 'label'], rows: 10, labels: ['no', 'yes'] };
const DATED: FileFacts = {
  ...FILE,
  columns: ['when', ...FILE.columns],
  untold: new Map([['when', 'TIMESTAMP']]),
};

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
    'a target that matches no module',
    recipeText({ methods: 'methods: { lora: { target_modules: [query, «valeu»] } }' }),
    'beyond-model',
    'no linear map of the chosen layers is called "valeu"; did you mean "value"?',
    { model: MODEL },
  ],
  [
    'a target as other models call it',
    recipeText({ methods: 'methods: { lora: { target_modules: [query, «v_proj»] } }' }),
    'beyond-model',
    '; did you mean "value"?',
    { model: MODEL },
  ],
  [
    'a module outside the layers as target',
    recipeText({ methods: 'methods: { ia3: { target_modules: [«pooler.dense»] } }' }),
    'beyond-model',
    'is called "pooler.dense"; there are query, ',
    { model: MODEL },
  ],
  [
    'a feed-forward module that there is none of',
    recipeText({ methods: 'methods: { ia3: { feedforward_modules: [«mlp»] } }' }),
    'beyond-model',
    'is called "mlp"; there are query, attention.self.query, ',
    { model: MODEL },
  ],
  [
    'a target of a layer that is not chosen',
    recipeText({
      methods:
        'methods: { lora: { target_modules: [«encoder.layer.1.attention.self.query»], layers: upper_half } }',
    }),
    'beyond-model',
    'no linear map of the chosen layers is called "encoder.layer.1.attention.self.query"; there are',
    { model: MODEL },
  ],
  [
    'a rank above the width',
    recipeText({ methods: 'methods: { lora: { r: «9» } }' }),
    'beyond-model',
    "8, the matrices' rank, is enough for every update, found 9",
    { model: MODEL },
  ],
  [
    'BitFit on a model without biases',
    recipeText({ methods: 'methods: { «bitfit»: {} }' }),
    'beyond-model',
    'bert has no biases, so BitFit would train nothing',
    { model: WITHOUT_BIASES },
  ],
  [
    'biases that it lacks',
    recipeText({ methods: 'methods: { bitfit: { biases: «[pooler, ffn]» } }' }),
    'beyond-model',
    'bert has no bias of pooler, ffn; it has those of ',
    { model: WITH_ATTENTION_BIASES },
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
    'a file of which every row is dropped',
    recipeText({ task: 'task: { type: text-classification, train: «train.tsv», text: text, label: label }' }),
    'no-rows',
    'train.tsv has no rows beside those that are dropped',
    { files: { 'train.tsv': { ...FILE, rows: 0, dropped: 3 } } },
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
    'a column that every file lacks, which is said once',
    recipeText({
      task: 'task: { type: text-classification, train: train.tsv, validation: dev.tsv, text: «txt», label: label }',
    }),
    'unknown-column',
    'train.tsv has no column "txt"; did you mean "text"?',
    { files: { 'train.tsv': FILE, 'dev.tsv': FILE } },
  ],
  [
    'a column of a type that is no text, which is said once',
    recipeText({
      task: 'task: { type: text-classification, train: train.tsv, validation: dev.tsv, text: «when», label: label }',
    }),
    'unusable-data',
    'column "when" of train.tsv has the type TIMESTAMP; expected texts, numbers or booleans, or lists of them',
    { files: { 'train.tsv': DATED, 'dev.tsv': DATED } },
  ],
  [
    'a column that has no text in another file',
    recipeText({ task: `task: { ${TASK}, validation: «dev.tsv» }` }),
    'unusable-data',
    'column "label" of dev.tsv has the type DATE; expected texts',
    {
      files: {
        'train.tsv': FILE,
        'dev.tsv': { ...FILE, labels: undefined, untold: new Map([['label', 'DATE']]) },
      },
    },
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
  [
    'rows that are left out',
    recipeText({ task: `task: { ${TASK}, test: test.tsv, drop_labels: «["-"]» }` }),
    'dropped-rows',
    '2 of 12 rows of train.tsv, 1 of 11 rows of test.tsv left out for the label "-"',
    { files: { 'train.tsv': { ...FILE, dropped: 2 }, 'test.tsv': { ...FILE, dropped: 1 } } },
  ],
  [
    'a label to leave out that no file has',
    recipeText({ task: `task: { ${TASK}, test: test.tsv, drop_labels: «["-"]» }` }),
    'unknown-label',
    'no row of train.tsv, test.tsv has the label "-"',
    { files: { 'train.tsv': { ...FILE, dropped: 0 }, 'test.tsv': { ...FILE, dropped: 0 } } },
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

  test('messages stay short, however long and many the labels are', () => {
    const recipe = parsed(recipeText({ task: `task: { ${TASK}, validation: dev.tsv }` }));
    const labels = Array.from({ length: 50 }, (_, i) => `${'x'.repeat(300)}${i}`);
    const known = (name: string) => ({ ...FILE, labels: labels.map((label) => `${name}${label}`) });
    const files = [...factsWanted(recipe).files].map(([key, { file }]) => [key, known(file)] as const);
    const [problem] = checkRecipe(recipe, { models: new Map(), files: new Map(files) });
    expect(problem.code).toBe('unknown-label');
    expect(problem.message.length).toBeLessThan(400);
    expect(problem.message).toMatch(/x\.\.\.".* and 47 more; expected .* and 47 more$/);
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
