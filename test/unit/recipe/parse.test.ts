import { describe, expect, test } from 'vitest';
import { readers } from '../../../src/data/readers.ts';
import { methods } from '../../../src/peft/registry.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';
import { dataFormats } from '../../../src/recipe/schema.ts';
import { parsed, recipeText } from './support.ts';

const labelsOf = (text: string) => parsed(text).configurations.map(({ variant }) => variant);

describe('a configuration', () => {
  test('has every default', () => {
    const { name, configurations, seeds } = parsed(recipeText());
    expect({ name, seeds }).toEqual({ name: 'recipe', seeds: [0] });
    expect(configurations).toHaveLength(1);
    expect(configurations[0]).toMatchObject({
      version: 1,
      variant: 'recipe',
      model: './model',
      methods: [
        {
          id: 'ln_tuning',
          fields: { layer_norms: 'all', parameters: ['gain', 'bias'], layers: 'all' },
          learning_rate: methods.ln_tuning.learningRate.default,
        },
      ],
      training: {
        num_train_epochs: 3,
        per_device_train_batch_size: 8,
        learning_rate: methods.head_only.learningRate.default,
        lr_scheduler_type: 'linear',
        warmup_steps: 0,
        max_grad_norm: 1,
        eval_strategy: 'no',
        metric_for_best_model: 'accuracy',
        executor: 'auto',
      },
    });
  });

  test('is evaluated by epoch where it has validation data', () => {
    const task =
      'task: { type: text-classification, train: a.tsv, validation: 0.1, text: text, label: label }';
    expect(parsed(recipeText({ task })).configurations[0].training.eval_strategy).toBe('epoch');
  });

  test('has its methods in the order of the registry, empty ones with their defaults', () => {
    const { configurations } = parsed(recipeText({ methods: 'methods:\n  head_only:\n  ln_tuning:' }));
    expect(configurations[0].methods.map(({ id }) => id)).toEqual(['ln_tuning', 'head_only']);
  });

  test("takes a rate from the method, else from training, else from the method's default", () => {
    const rates = (lines: Record<string, string>) => {
      const { methods: uses, training } = parsed(recipeText(lines)).configurations[0];
      return [...uses.map(({ learning_rate }) => learning_rate), training.learning_rate];
    };
    const both = 'methods: { ln_tuning: { learning_rate: 0.5 }, head_only: {} }';
    const { head_only: head, lora } = methods;
    expect(rates({ methods: both })).toEqual([0.5, head.learningRate.default, head.learningRate.default]);
    expect(rates({ methods: 'methods: { lora: {} }' })).toEqual([
      lora.learningRate.default,
      head.learningRate.default,
    ]);
    expect(rates({ methods: 'methods: { head_only: { learning_rate: 0.5 } }' })).toEqual([0.5, 0.5]);
    expect(rates({ methods: both, training: 'training: { learning_rate: 0.25 }' })).toEqual([
      0.5, 0.25, 0.25,
    ]);
  });

  test('reads yes, no and on as texts', () => {
    const task = 'task: { type: text-classification, train: a.tsv, text: on, label: y, labels: [yes, no] }';
    expect(parsed(recipeText({ task })).configurations[0].task).toMatchObject({
      text: 'on',
      label: 'y',
      labels: ['yes', 'no'],
    });
  });
});

test.each([
  ['experiments/ln.peft.yaml', 'ln'],
  ['C:\\work\\ln.yml', 'ln'],
  ['.yaml', 'recipe'],
])('%s is named %s', (file, name) => {
  expect(parseRecipe(recipeText(), file).recipe?.name).toBe(name);
});

describe('variants', () => {
  test('merge mappings and replace methods', () => {
    const text = recipeText({
      training: 'training: { num_train_epochs: 2, max_grad_norm: 0 }',
      variants:
        'variants: { A: { training: { num_train_epochs: 5 } }, B: { methods: { head_only: }, training: } }',
    });
    const [a, b] = parsed(text).configurations;
    expect(a).toMatchObject({ variant: 'A', training: { num_train_epochs: 5, max_grad_norm: 0 } });
    expect(b).toMatchObject({ variant: 'B', training: { num_train_epochs: 2, max_grad_norm: 0 } });
    expect(b.methods.map(({ id }) => id)).toEqual(['head_only']);
  });

  test('may share a problem, which is told once', () => {
    const { problems } = parseRecipe(
      recipeText({ lr: 'lr: 1', variants: 'variants: { A: {}, B: {} }' }),
      'r.yaml',
    );
    expect(problems).toHaveLength(1);
  });
});

describe('the grid', () => {
  const variants = 'variants: { head only: { methods: { head_only: } }, LN: {} }';

  test('is a cross product, and leaves alone the variants without its method', () => {
    const grid = 'grid: { methods.ln_tuning.layers: [0-5, [1, 2]], training.learning_rate: [1.0e-3, 0.01] }';
    expect(labelsOf(recipeText({ variants, grid }))).toEqual([
      'head only, learning_rate=1.0e-3',
      'head only, learning_rate=0.01',
      'LN, layers=0-5, learning_rate=1.0e-3',
      'LN, layers=0-5, learning_rate=0.01',
      'LN, layers=[1, 2], learning_rate=1.0e-3',
      'LN, layers=[1, 2], learning_rate=0.01',
    ]);
  });

  test('is a union of several, each point once', () => {
    const grid =
      'grid: [{ training.max_steps: [1, 2] }, { training.max_steps: [2] }, { methods: [{ head_only: }] }]';
    expect(labelsOf(recipeText({ grid }))).toEqual(['max_steps=1', 'max_steps=2', 'methods={head_only: }']);
  });

  test('sets items of lists, and tells paths with one last step apart', () => {
    const grid =
      'grid: { task.labels.0: [x], methods.ln_tuning.learning_rate: [1], training.learning_rate: [2] }';
    const task =
      'task: { type: text-classification, train: a.tsv, text: text, label: label, labels: [a, b] }';
    const { configurations } = parsed(recipeText({ task, grid }));
    expect(configurations).toMatchObject([
      {
        variant: '0=x, methods.ln_tuning.learning_rate=1, training.learning_rate=2',
        task: { labels: ['x', 'b'] },
        methods: [{ learning_rate: 1 }],
        training: { learning_rate: 2 },
      },
    ]);
  });
});

test('the formats of the recipe are those that can be read', () => {
  expect(Object.fromEntries(readers.map(({ format, extension }) => [format, extension]))).toEqual(
    dataFormats,
  );
});

test('one missing brace is told in few words', () => {
  const text = recipeText({ task: 'task: { type: text-classification, train: train.tsv' });
  const more = Array.from({ length: 20 }, (_, i) => `field${i}: 1`).join('\n');
  const { problems } = parseRecipe(text + more, 'recipe.yaml');
  const lines = problems.map(({ range }) => range.start.line);
  expect(problems.every(({ code }) => code === 'yaml-syntax')).toBe(true);
  expect(lines.length).toBeLessThanOrEqual(3);
  expect(new Set(lines).size).toBe(lines.length);
});
