import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { floatTensor } from '../../../src/core/tensor.ts';
import { labelledModel } from '../../../src/trainer/labelledModel.ts';
import { tinyModels } from '../../support/tinyModel.ts';
import { randomWeights, temporaryFolder, tinyConfig, writeModelFolder } from '../../support/checkpoints.ts';

const d = tinyConfig.hidden_size;
const found = ['negative', 'positive', 'neutral', 'negative'];
const train = {
  file: 'train.tsv',
  rows: found.map((label, index) => ({ index, line: index + 2, values: { label } })),
  column: 'label',
};

/** Row i of the head's weight and bias is i everywhere. */
async function withHead(id2label: Record<number, string> | undefined) {
  const dir = await temporaryFolder();
  const weights = randomWeights();
  weights.set(
    'classifier.weight',
    floatTensor(
      [3, d],
      Float32Array.from({ length: 3 * d }, (_, i) => Math.floor(i / d)),
    ),
  );
  weights.set('classifier.bias', floatTensor([3], Float32Array.from([0, 1, 2])));
  await writeModelFolder(dir, { config: { ...tinyConfig, ...(id2label && { id2label }) }, weights });
  return openModelFolder(dir);
}

async function labelled(id2label: Record<number, string> | undefined, labels?: string[]) {
  const section = {
    type: 'text-classification',
    train: 'train.tsv',
    text: 'text',
    label: 'label',
    pooling: 'model',
    labels,
  };
  const { labels: order, model } = labelledModel(await withHead(id2label), section, train);
  if (!model.tensors.has('classifier.weight')) return { order, rows: 'fresh' };
  const head = await model.load(['classifier.weight', 'classifier.bias']);
  const rows = Array.from(head.get('classifier.bias')!.data);
  expect(Array.from(head.get('classifier.weight')!.data).filter((_, i) => i % d === d - 1)).toEqual(rows);
  return { order, rows };
}

describe('labelledModel', () => {
  const named = { 0: 'positive', 1: 'negative', 2: 'neutral' };

  it("takes the order of the checkpoint's head", async () => {
    expect(await labelled(named)).toEqual({ order: Object.values(named), rows: [0, 1, 2] });
  });

  it("brings the head into the recipe's order", async () => {
    const order = ['neutral', 'positive', 'negative'];
    expect(await labelled(named, order)).toEqual({ order, rows: [2, 0, 1] });
  });

  it('leaves out the head of other classes', async () => {
    const order = ['negative', 'neutral', 'positive'];
    expect(await labelled({ 0: 'joy', 1: 'anger', 2: 'fear' })).toEqual({ order, rows: 'fresh' });
  });

  it.each([[undefined], [{ 0: 'LABEL_0', 1: 'LABEL_1', 2: 'LABEL_2' }]])(
    'takes a head whose classes have no names as it stands: %j',
    async (id2label) => {
      const order = ['negative', 'neutral', 'positive'];
      expect(await labelled(id2label)).toEqual({ order, rows: [0, 1, 2] });
    },
  );
});

it('reorders the rows that belong to classes alone, where another tensor of the head has as many', async () => {
  const dir = await temporaryFolder();
  const { config } = tinyModels.find(({ architecture }) => architecture === 'distilbert')!;
  const classes = Array.from({ length: 8 }, (_, i) => `c${i}`); // as many as the model is wide
  const rows = floatTensor(
    [8, 8],
    Float32Array.from({ length: 64 }, (_, i) => Math.floor(i / 8)),
  );
  const weights = randomWeights(config);
  for (const name of ['pre_classifier', 'classifier']) weights.set(`${name}.weight`, rows);
  await writeModelFolder(dir, { config: { ...config, id2label: { ...classes } }, weights });
  const section = {
    type: 'text-classification',
    train: 'train.tsv',
    text: 'text',
    label: 'label',
    pooling: 'model',
    labels: [...classes].reverse(),
  };
  const column = {
    ...train,
    rows: classes.map((label, index) => ({ index, line: index + 2, values: { label } })),
  };
  const { model } = labelledModel(await openModelFolder(dir), section, column);
  const head = await model.load(['pre_classifier.weight', 'classifier.weight']);
  expect(head.get('pre_classifier.weight')!.data).toEqual(rows.data);
  expect(Array.from(head.get('classifier.weight')!.data)).toEqual(Array.from(rows.data).reverse());
});
