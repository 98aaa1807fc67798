import { describe, expect, it } from 'vitest';
import { bert } from '../../../src/models/bert.ts';
import { planConfiguration } from '../../../src/plan/plan.ts';
import { parseRecipe } from '../../../src/recipe/parse.ts';

const SHAPES = {
  'bert-base-uncased': {
    hidden_size: 768,
    num_hidden_layers: 12,
    num_attention_heads: 12,
    intermediate_size: 3072,
  },
  'bert-large-uncased': {
    hidden_size: 1024,
    num_hidden_layers: 24,
    num_attention_heads: 16,
    intermediate_size: 4096,
  },
  'MiniLM-L6-H384': {
    hidden_size: 384,
    num_hidden_layers: 6,
    num_attention_heads: 12,
    intermediate_size: 1536,
  },
};

function shapeOf(model: keyof typeof SHAPES) {
  return bert.readConfig({
    ...SHAPES[model],
    vocab_size: 30522,
    max_position_embeddings: 512,
    type_vocab_size: 2,
  });
}

function planOf(
  methods: string,
  {
    model = 'MiniLM-L6-H384' as keyof typeof SHAPES,
    task = '',
    training = '',
    missing = undefined as readonly string[] | undefined,
    ...known
  }: {
    model?: keyof typeof SHAPES;
    task?: string;
    training?: string;
    missing?: readonly string[];
    numLabels?: number;
    lengths?: readonly number[];
  } = {},
) {
  const { recipe, problems } = parseRecipe(
    `version: 1
model: ./model
task: { type: text-classification, train: train.tsv, text: text, label: label, max_length: 32, ${task} }
methods: { ${methods} }
training: { per_device_train_batch_size: 4, ${training} }
`,
    'test.peft.yaml',
  );
  if (recipe === undefined) throw new Error(JSON.stringify(problems));
  return planConfiguration({
    configuration: recipe.configurations[0],
    model: { architecture: bert, shape: shapeOf(model), ...(missing && { missing }) },
    numLabels: 2,
    ...known,
  });
}

describe("the literature's parameter counts", () => {
  const rows: Record<keyof typeof SHAPES, [base: number, all: number, blocks: number]> = {
    'bert-base-uncased': [109_482_240, 38_400, 36_864],
    'bert-large-uncased': [335_141_888, 100_352, 98_304],
    'MiniLM-L6-H384': [22_713_216, 9_984, 9_216],
  };
  describe.each(Object.entries(rows) as [keyof typeof SHAPES, [number, number, number]][])(
    '%s',
    (model, [base, all, blocks]) => {
      it.each([
        ['all norms', 'ln_tuning: {}', all],
        ['those of the layers', 'ln_tuning: { layer_norms: [attention, ffn] }', blocks],
        ['their gains', 'ln_tuning: { layer_norms: [attention, ffn], parameters: [gain] }', blocks / 2],
        ['their biases', 'ln_tuning: { layer_norms: [attention, ffn], parameters: [bias] }', blocks / 2],
        ['beside attention', 'ln_tuning: { layer_norms: [attention] }', blocks / 2],
      ])('%s', (_, methods, expected) => {
        const { parameters } = planOf(methods, { model });
        const { hiddenSize } = shapeOf(model);
        expect(parameters).toMatchObject({
          base,
          trained: expected,
          stored: expected,
          head: 2 * hiddenSize + 2,
        });
        expect(parameters.percent).toBeCloseTo((100 * expected) / base, 12);
      });
    },
  );
});

describe('parameters', () => {
  it('are listed tensor by tensor, the head last', () => {
    const { layers } = planOf('ln_tuning: { layers: [1] }').parameters;
    expect(layers.map(({ tensor }) => tensor)).toEqual([
      'encoder.layer.1.attention.output.LayerNorm.weight',
      'encoder.layer.1.attention.output.LayerNorm.bias',
      'encoder.layer.1.output.LayerNorm.weight',
      'encoder.layer.1.output.LayerNorm.bias',
      'classifier.weight',
      'classifier.bias',
    ]);
    expect(layers[0]).toMatchObject({
      layer: 1,
      module: 'attention',
      method: 'ln_tuning',
      shape: [384],
      count: 384,
    });
    expect(layers[4]).toEqual({
      module: 'head',
      method: 'head',
      tensor: 'classifier.weight',
      shape: [2, 384],
      count: 768,
    });
  });

  it('a pooler that the checkpoint lacks belongs to the head, not to the base', () => {
    const missing = ['pooler.dense.weight', 'pooler.dense.bias'];
    const [whole, lacking] = [planOf('head_only: {}'), planOf('head_only: {}', { missing })];
    const pooler = 384 * 384 + 384;
    expect(lacking.parameters.base).toBe(whole.parameters.base - pooler);
    expect(lacking.parameters.head).toBe(whole.parameters.head + pooler);
    expect(lacking.parameters.trained).toBe(0);
  });

  it('follow the classes, of which 2 are assumed', () => {
    expect(planOf('head_only: {}', { numLabels: 5 }).parameters.head).toBe(5 * 384 + 5);
    const assumed = planOf('head_only: {}', { numLabels: undefined });
    expect(assumed.parameters.head).toBe(2 * 384 + 2);
    expect(assumed.notes).toEqual(['assumes 2 classes']);
    expect(planOf('head_only: {}').notes).toEqual([]);
  });
});

describe('tensors that several methods declare', () => {
  it('are named with the method that trains them', () => {
    const { notes, parameters } = planOf('bitfit: {}, ln_tuning: {}');
    expect(notes).toEqual([
      '13 tensors (4,992 parameters) are declared by ln_tuning and bitfit: trained once, at the learning rate of ln_tuning',
    ]);
    const norm = parameters.layers.find(({ tensor }) => tensor === 'embeddings.LayerNorm.bias');
    expect(norm?.method).toBe('ln_tuning');
  });

  it('are told when there is one', () => {
    const fields = 'bitfit: { biases: [embeddings] }, ln_tuning: { layer_norms: [embeddings] }';
    expect(planOf(fields).notes).toEqual([
      '1 tensor (384 parameters) is declared by ln_tuning and bitfit: trained once, at the learning rate of ln_tuning',
    ]);
  });
});

describe('work', () => {
  it('of BERT-base is what its products take, and little more', () => {
    const plan = planOf('ln_tuning: {}', { model: 'bert-base-uncased' });
    const tokens = 4 * 32;
    const linear = 4 * tokens * (4 * 768 * 768 + 2 * 768 * 3072);
    const products = 12 * (linear + 12 * tokens * 32 * 768);
    expect(plan.flopsPerStep).toBeGreaterThan(products);
    expect(plan.flopsPerStep).toBeLessThan(1.03 * products);
    expect(plan.frozenPercent).toBeGreaterThan(95);
  });

  it('at a typical length is less', () => {
    const { flopsPerStep, typical } = planOf('ln_tuning: {}', { lengths: [4, 8, 12] });
    expect(typical?.length).toBe(8);
    expect(typical!.flopsPerStep).toBeLessThan(flopsPerStep / 3.9);
    expect(planOf('ln_tuning: {}').typical).toBeUndefined();
  });

  it('of an optimizer step is that of all its batches', () => {
    const one = planOf('ln_tuning: {}').flopsPerStep;
    const four = planOf('ln_tuning: {}', { training: 'gradient_accumulation_steps: 4' }).flopsPerStep;
    expect(four / one).toBeGreaterThan(3.9);
    expect(four / one).toBeLessThan(4);
  });
});

describe('the backward pass', () => {
  it('to the embeddings saves nothing', () => {
    expect(planOf('ln_tuning: {}').backward).toEqual({ lowestLayer: 'embeddings', flopsSavedPercent: 0 });
  });

  it('saves more the higher it ends, half of the step at most', () => {
    const savings = ['0-5', '3-5', '[5]'].map(
      (layers) => planOf(`ln_tuning: { layers: ${layers} }`).backward,
    );
    expect(savings.map(({ lowestLayer }) => lowestLayer)).toEqual([0, 3, 5]);
    const head = planOf('head_only: {}').backward;
    expect(head.lowestLayer).toBeUndefined();
    const percents = [...savings, head].map(({ flopsSavedPercent }) => flopsSavedPercent);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(percents[0]).toBeGreaterThan(0);
    expect(percents[3]).toBeGreaterThan(45);
    expect(percents[3]).toBeLessThan(55);
  });
});

describe('memory', () => {
  it('adds up, and the weights are all there are', () => {
    const { parameters, memoryBytes } = planOf('ln_tuning: {}');
    const { total, ...parts } = memoryBytes;
    expect(Object.values(parts).reduce((sum, part) => sum + part)).toBe(total);
    expect(parts.weights).toBe(4 * (parameters.base + parameters.head));
    const trained = 4 * (parameters.trained + parameters.head);
    const ledger = 4 * parameters.layers.length; // a norm for each tensor
    expect(parts).toMatchObject({ gradients: trained, optimizer: 2 * trained + ledger });
  });

  it('of sgd has no optimizer state; accumulation keeps sums', () => {
    const { parameters, memoryBytes } = planOf('ln_tuning: {}', {
      training: 'optim: sgd, gradient_accumulation_steps: 2',
    });
    const trained = 4 * (parameters.trained + parameters.head);
    expect(memoryBytes.gradients).toBe(2 * trained);
    expect(memoryBytes.optimizer).toBe(4 + 4 * parameters.layers.length); // the sum of the losses, and the ledger's norms
  });

  it('of activations ends where the backward pass does, and evaluation has its own', () => {
    const activations = (...args: Parameters<typeof planOf>) => planOf(...args).memoryBytes.activations;
    const all = activations('ln_tuning: {}');
    const upper = activations('ln_tuning: { layers: upper_half }');
    const head = activations('head_only: {}');
    expect(upper).toBeLessThan(0.75 * all);
    expect(head).toBeLessThan(0.5 * upper);
    expect(activations('ln_tuning: {}', { task: 'validation: 0.1' })).toBeGreaterThan(all);
  });

  it('does not load a pooler that is not used', () => {
    const pooler = 4 * (384 * 384 + 384);
    const weights = (task: string) => planOf('ln_tuning: {}', { task }).memoryBytes.weights;
    expect(weights('') - weights('pooling: mean')).toBe(pooler);
  });
});
