import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { writeMergedFolder } from '../../src/checkpoints/mergedFolder.ts';
import { readPeftFolder, writePeftFolder } from '../../src/checkpoints/peftFolder.ts';
import { assemblyOf } from '../../src/trainer/session.ts';
import { expectClose } from '../support/closeness.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { configurationOf, logitsOf, openWithoutDropout } from '../support/tunedModel.ts';
import { python } from './python.ts';
import { LABELS, randomExamples, randomInputs, randomTensor, writeRandomModel } from './randomModel.ts';

const folder = suiteFolder();
const inputs = randomInputs(2);
const poolerAndHead = [
  'bert.pooler.dense.weight',
  'bert.pooler.dense.bias',
  'classifier.weight',
  'classifier.bias',
];

const model = await writeRandomModel(join(folder, 'model'), 31);
const headless = await writeRandomModel(join(folder, 'headless'), 32, { without: poolerAndHead });

/** What a run could have trained: every tensor that it declares, moved. */
const runs = [
  { name: 'all norms', dir: model, fields: {} },
  { name: 'gains alone', dir: model, fields: { parameters: ['gain'] } },
  { name: 'biases alone', dir: model, fields: { parameters: ['bias'] } },
  { name: 'one norm of one layer', dir: model, fields: { layers: [1], layer_norms: ['attention'] } },
  { name: 'a pooler and a head that the model lacks', dir: headless, fields: {} },
];

const exported = await Promise.all(
  runs.map(async (run, i) => {
    const [adapter, merged] = [join(folder, `adapter${i}`), join(folder, `merged${i}`)];
    const base = await openWithoutDropout(run.dir);
    const methods = { ln_tuning: run.fields };
    const { trained } = assemblyOf(configurationOf({ methods }), base, LABELS.length);
    const tensors = new Map(trained.map(({ name, shape }) => [name, randomTensor(40 + i, name, shape)]));
    await writePeftFolder(adapter, { model: base, tensors, baseModel: run.dir });
    await writeMergedFolder(merged, { model: base, tensors, labels: LABELS });
    return { ...run, adapter, merged, ours: await logitsOf(base, inputs, { methods, trained: tensors }) };
  }),
);

/** Trained by PEFT: all norms, and those of one layer. */
const trainings = await Promise.all(
  [['LayerNorm'], String.raw`.*encoder\.layer\.0\..*LayerNorm`].map((target_modules, i) => ({
    name: `${target_modules}`,
    save: join(folder, `peft${i}`),
    steps: {
      examples: randomExamples(50 + i),
      batch_size: 8,
      target_modules,
      arguments: { num_train_epochs: 1, learning_rate: 2e-2 },
    },
  })),
);

const asked = {
  exported: exported.map((run) => ({
    ...run,
    peft: python.loadPeft(run.dir, run.adapter, inputs),
    transformers: python.loadMerged(run.merged, inputs),
  })),
  base: python.logits(model, inputs),
  trainings: trainings.map((training) => {
    const trained = python.lnSteps(model, { ...training.steps, save: training.save });
    return { ...training, trained, loaded: python.loadPeft(model, training.save, inputs) };
  }),
};

describe('an exported run', () => {
  it.each(asked.exported)('loads with PeftModel.from_pretrained: $name', async ({ peft, ours }) => {
    const { logits, missing, unexpected, warnings } = await peft;
    expect({ missing, unexpected, warnings }).toEqual({ missing: [], unexpected: [], warnings: [] });
    expectClose('logits', ours, logits);
  });

  it.each(asked.exported)('merged, loads with Transformers alone: $name', async ({ transformers, ours }) => {
    const { logits, missing, unexpected, mismatched } = await transformers;
    expect({ missing, unexpected, mismatched }).toEqual({ missing: [], unexpected: [], mismatched: [] });
    expectClose('logits', ours, logits);
  });
});

it.each(asked.trainings)(
  "an adapter that PEFT trained has PEFT's logits here: $name",
  async ({ save, trained, loaded }) => {
    await trained;
    const { logits } = await loaded;
    const base = await openWithoutDropout(model);
    expectClose(
      'logits',
      await logitsOf(base, inputs, { trained: await readPeftFolder(save, base) }),
      logits,
    );
    const { logits: untrained } = await asked.base;
    expect(() => expectClose('logits', untrained, logits)).toThrow(/max difference/); // so that the adapter shows
  },
);
