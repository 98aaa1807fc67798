import { describe, expect, it } from 'vitest';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { recipeText, type RecipeChoices } from '../../../src/extension/commands/recipeText.ts';

const choices: RecipeChoices = {
  name: 'reviews-ln',
  model: 'sentence-transformers/all-MiniLM-L6-v2',
  revision: 'a'.repeat(40),
  task: 'text-classification',
  train: 'data/train.tsv',
  validation: 0.1,
  columns: { text: 'sentence', label: 'label' },
  preset: {
    id: 'ln',
    group: 'ablations',
    title: 'LN-tuning',
    help: 'Trains gains and biases.',
    source: 'paper',
    methods: { ln_tuning: {} },
  },
};

const parsed = (changes: Partial<RecipeChoices> = {}) =>
  parseRecipe(recipeText({ ...choices, ...changes }), 'x.peft.yaml');

describe('recipeText', () => {
  it('is a recipe without any problem, which says what was chosen', () => {
    const { recipe, problems } = parsed();
    expect(problems).toEqual([]);
    expect(recipe).toMatchObject({ name: 'reviews-ln', seeds: [1] });
    expect(recipe!.configurations).toMatchObject([
      {
        model: choices.model,
        revision: choices.revision,
        task: {
          type: 'text-classification',
          train: 'data/train.tsv',
          validation: 0.1,
          text: 'sentence',
          label: 'label',
        },
        methods: [{ id: 'ln_tuning' }],
      },
    ]);
  });

  it('writes variants of a preset that is a comparison', () => {
    const preset = {
      ...choices.preset,
      methods: {},
      variants: {
        'head only': { methods: { head_only: {} } },
        'LN: all': { methods: { ln_tuning: { layers: [0, 1] } } },
      },
    };
    const { recipe, problems } = parsed({ preset });
    expect(problems).toEqual([]);
    expect(recipe!.configurations.map(({ variant }) => variant)).toEqual(['head only', 'LN: all']);
    expect(recipe!.configurations[1].methods).toMatchObject([
      { id: 'ln_tuning', fields: { layers: [0, 1] } },
    ]);
  });

  it.each([
    'a # b',
    'a: b',
    "it's",
    '"quoted"',
    'no',
    '1e3',
    '.5',
    '- x',
    '*x',
    '&x',
    '!x',
    '%x',
    '@x',
    '`x',
    '{x}',
    '[x]',
    ' x ',
    '文',
    '😀',
    'line\nbreak',
    'null',
    '~',
    '\u202eright to left',
    'a\u2028b',
    '<b>x</b>',
    '...',
    '---',
    'x -',
  ])('keeps a column or file named %j as it is', (odd) => {
    const { recipe, problems } = parsed({
      train: `${odd}.tsv`,
      validation: `${odd}.csv`,
      columns: { text: odd, label: 'label' },
    });
    expect(problems.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(recipe!.configurations[0].task).toMatchObject({
      train: `${odd}.tsv`,
      validation: `${odd}.csv`,
      text: odd,
    });
  });

  it('keeps the help of a preset inside the comment', () => {
    const preset = {
      ...choices.preset,
      title: 'a\nmethods: 3',
      help: `b\r\nmodel: x\u2028y ${'word '.repeat(60)}`,
    };
    const { problems } = parsed({ preset });
    expect(problems).toEqual([]);
    expect(
      Math.max(
        ...recipeText({ ...choices, preset })
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThan(130);
  });
});
