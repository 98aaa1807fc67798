import { describe, expect, it } from 'vitest';
import { bert } from '../../../src/models/bert.ts';
import { checkRecipe } from '../../../src/recipe/check.ts';
import { modelKey } from '../../../src/recipe/facts.ts';
import { configurationFields, fieldAt } from '../../../src/recipe/fields.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import type { Problem } from '../../../src/recipe/problem.ts';
import { writeResolved } from '../../../src/recipe/resolved.ts';
import { tinyConfig } from '../../support/tinyModel.ts';
import { brief, parsed, recipeText, unmarked } from './support.ts';

const methodsOf = (methods: string, more: Record<string, string> = {}) =>
  parsed(recipeText({ methods, ...more })).configurations[0].methods;

/** Problems of a recipe whose model is the tiny one; the first stands where the text is marked. */
function expectProblems(marked: string, expected: string[]): void {
  const { text, range } = unmarked(recipeText({ methods: marked }));
  const { recipe, problems } = parseRecipe(text, 'recipe.peft.yaml');
  const info = { architecture: bert, shape: bert.readConfig(tinyConfig) };
  const facts = { models: new Map([[modelKey({ model: './model' }), { info }]]), files: new Map() };
  const all: Problem[] = recipe === undefined ? problems : checkRecipe(recipe, facts);
  expect(all.map(brief)).toEqual(expected.map((each) => expect.stringContaining(each) as string));
  expect(all[0].range).toEqual(range);
}

describe('several uses of one method', () => {
  const list =
    'methods: { adapter: [{ at: [attention] }, { form: parallel, bottleneck: 4 }], ln_tuning: {} }';

  it('are one use each, with its place in the list', () => {
    expect(methodsOf(list)).toMatchObject([
      { id: 'ln_tuning' },
      { id: 'adapter', item: 0, fields: { at: ['attention'], form: 'sequential' }, learning_rate: 1e-3 },
      { id: 'adapter', item: 1, fields: { at: ['ffn'], form: 'parallel', bottleneck: 4 } },
    ]);
  });

  it.each([list, 'methods: { adapter: [{}] }', 'methods: { adapter: {} }'])(
    'are resolved as they are written: %s',
    (methods) => {
      const [configuration] = parsed(recipeText({ methods })).configurations;
      expect(parsed(writeResolved(configuration, 3)).configurations).toStrictEqual([configuration]);
    },
  );

  it('are reached by the grid', () => {
    const grid = 'grid: { methods.adapter.1.bottleneck: [2, 3] }';
    const { configurations } = parsed(recipeText({ methods: list, grid }));
    expect(
      configurations.map(({ methods }) => (methods[2].fields as { bottleneck: number }).bottleneck),
    ).toEqual([2, 3]);
  });

  it.each([
    [
      'a misspelt field',
      'methods: { adapter: [{}, { form: parallel, «botleneck»: 4 }] }',
      'did you mean "bottleneck"?',
    ],
    [
      'a misspelt field of one alone',
      'methods: { adapter: { «botleneck»: 4 } }',
      'did you mean "bottleneck"?',
    ],
    ['a wrong value', 'methods: { adapter: [{ at: [«ffnn»] }] }', 'did you mean "ffn"?'],
    ['no mapping', 'methods: { adapter: «3» }', 'expected a mapping, or a non-empty list, each a mapping'],
    ['a method that stands once', 'methods: { lora: «[{}]» }', 'expected a mapping, found a list'],
    [
      'different learning rates',
      'methods: { adapter: [{ learning_rate: 0.1 }, { form: parallel, learning_rate: «0.2» }] }',
      'expected one learning rate for every adapter, found 0.2 here and 0.1 in the first',
    ],
    [
      'two of one form at one place',
      'methods: { adapter: [{ at: [attention, ffn] }, { «style»: pfeiffer, layers: [1] }] }',
      'another adapter of the list already has encoder.layer.1.output.adapter.sequential.down.weight',
    ],
    ['pfeiffer at attention', 'methods: { adapter: { at: [attention], style: «pfeiffer» } }', 'at ffn alone'],
    ['a parallel pfeiffer', 'methods: { adapter: { form: parallel, style: «pfeiffer» } }', 'has no style'],
    [
      'a bottleneck wider than the model',
      'methods: { adapter: [{}, { form: parallel, bottleneck: «9» }] }',
      "at most 8, the model's width",
    ],
    ['a layer too many', 'methods: { adapter: { bottleneck: 2, layers: [1, «2»] } }', 'there is no layer 2'],
    [
      'a prefix too long',
      'methods: { prefix_tuning: { num_virtual_tokens: «4» } }',
      "at most 3 of the model's 16 positions",
    ],
  ])('have problems with a place: %s', (name, marked, message) => {
    const isWhole = name === 'a layer too many';
    expectProblems(isWhole ? marked.replace('[1, «2»]', '«[1, 2]»') : marked, [message]);
  });

  it('chooses none of the layers of a model that has one', () => {
    const methods = 'methods: { prefix_tuning: { layers: lower_half, num_virtual_tokens: 2 } }';
    const shape = bert.readConfig({ ...tinyConfig, num_hidden_layers: 1 });
    const models = new Map([[modelKey({ model: './model' }), { info: { architecture: bert, shape } }]]);
    const problems = checkRecipe(parsed(recipeText({ methods })), { models, files: new Map() });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/^chooses none/)]);
  });

  it('may share a place in different layers or forms, and a long prefix may leave positions alone', () => {
    const methods =
      'methods: { prefix_tuning: { num_virtual_tokens: 40, shift_positions: false }, adapter: [{ bottleneck: 2, layers: lower_half }, ' +
      '{ bottleneck: 2, layers: upper_half }, { bottleneck: 2, form: parallel }] }';
    const recipe = parsed(recipeText({ methods }));
    const info = { architecture: bert, shape: bert.readConfig(tinyConfig) };
    const facts = { models: new Map([[modelKey({ model: './model' }), { info }]]), files: new Map() };
    expect(checkRecipe(recipe, facts)).toEqual([]);
  });
});

describe('learning rates', () => {
  it.each([
    ['prefix_tuning: {}', 1e-2],
    ['prefix_tuning: { prefix_projection: true }', 1e-3],
    ['prefix_tuning: { prefix_projection: true, learning_rate: 0.5 }', 0.5],
  ])('%s is trained at %d', (methods, rate) => {
    expect(methodsOf(`methods: { ${methods} }`)[0].learning_rate).toBe(rate);
  });

  it('are told for both forms', () => {
    const field = fieldAt(configurationFields, ['methods', 'prefix_tuning', 'learning_rate']);
    expect(field?.otherwise).toBe('`training.learning_rate`, else 0.01, or 0.001 with `prefix_projection`');
  });
});

describe('mam', () => {
  const prefix = { id: 'prefix_tuning', fields: { num_virtual_tokens: 16 }, learning_rate: 1e-2 };
  const adapter = {
    id: 'adapter',
    fields: { at: ['ffn'], form: 'parallel', bottleneck: 16, scaling: 2 },
    learning_rate: 1e-3,
  };

  it.each(['mam:', 'mam: {}', 'mam: { adapter: , prefix_tuning: {} }'])('is its two parts: %s', (methods) => {
    expect(methodsOf(`methods: { ${methods} }`)).toMatchObject([prefix, adapter]);
  });

  it('is changed in either part', () => {
    const methods =
      'methods: { mam: { adapter: { bottleneck: 32, learning_rate: 0.5 }, prefix_tuning: { dropout: 0 } }, ln_tuning: {} }';
    expect(methodsOf(methods)).toMatchObject([
      { id: 'ln_tuning' },
      { ...prefix, fields: { num_virtual_tokens: 16, dropout: 0 } },
      { ...adapter, fields: { ...adapter.fields, bottleneck: 32 }, learning_rate: 0.5 },
    ]);
  });

  it('takes a learning rate for both, or that of the training', () => {
    const rates = (methods: string, more = {}) =>
      methodsOf(methods, more).map(({ learning_rate: rate }) => rate);
    expect(rates('methods: { mam: { learning_rate: 0.3 } }')).toEqual([0.3, 0.3]);
    expect(rates('methods: { mam: {} }', { training: 'training: { learning_rate: 0.2 }' })).toEqual([
      0.2, 0.2,
    ]);
  });

  it('is reached by the grid, and merged in variants', () => {
    const grid = 'grid: { methods.mam.adapter.bottleneck: [4, 8] }';
    const { configurations } = parsed(recipeText({ methods: 'methods: { mam: }', grid }));
    expect(configurations.map(({ variant }) => variant)).toEqual(['bottleneck=4', 'bottleneck=8']);
    expect(configurations.map(({ methods }) => methods[1].fields)).toMatchObject([
      { bottleneck: 4 },
      { bottleneck: 8 },
    ]);
  });

  it('is resolved into its parts', () => {
    const [configuration] = parsed(recipeText({ methods: 'methods: { mam: }' })).configurations;
    const text = writeResolved(configuration, 0);
    expect(text).not.toContain('mam');
    expect(parsed(text).configurations).toStrictEqual([configuration]);
  });

  it.each([
    ['a misspelt part', 'methods: { mam: { «adaptor»: {} } }', ['did you mean "adapter"?']],
    ['a misspelt field', 'methods: { mam: { adapter: { «botleneck»: 3 } } }', ['did you mean "bottleneck"?']],
    ['a wrong value', 'methods: { mam: { prefix_tuning: { num_virtual_tokens: «0» } } }', ['of at least 1']],
    ['no mapping', 'methods: { mam: «3» }', ['expected a mapping, found 3']],
    ['a list as part', 'methods: { mam: { adapter: «[{}]» } }', ['expected a mapping, found a list']],
    ['a part beside it', 'methods: { mam: {}, «adapter»: {} }', ['mam has adapter as a part']],
    [
      'what the model lacks',
      'methods: { mam: { prefix_tuning: { num_virtual_tokens: «4» }, adapter: { bottleneck: 9 } } }',
      ["at most 3 of the model's 16", "at most 8, the model's width"],
    ],
  ])('has problems at their place: %s', (_, marked, messages) => {
    expectProblems(marked, messages);
  });

  it('that is beyond the model as it is has its problems at its name', () => {
    expectProblems('methods:\n  mam: «{}»', ["at most 3 of the model's 16", "at most 8, the model's width"]);
  });
});
