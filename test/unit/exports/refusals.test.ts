import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openModelFolder } from '../../../src/checkpoints/modelFolder.ts';
import { exportForms, formsOf } from '../../../src/exports/registry.ts';
import { randomWeights, writeModelFolder } from '../../support/checkpoints.ts';
import { exportRequest } from '../../support/exportRequest.ts';
import { methodExamples, unionExamples } from '../../support/methodExamples.ts';
import { tinyModels } from '../../support/tinyModel.ts';
import { suiteFolder, temporaryFolder } from '../../support/temporaryFolder.ts';

const folder = suiteFolder();
await writeModelFolder(folder);
const model = await openModelFolder(folder);

const request = (methods: Readonly<Record<string, object>>, task = {}) =>
  exportRequest(model, { dir: join(folder, 'out'), methods, task });

describe('a form that a run has not', () => {
  it.each([
    ['peft', { head_only: {} }, /no adapter type that trains the head alone/],
    ['peft', { full: {} }, /no adapter type for Full fine-tuning/],
    ['peft', { bitfit: {} }, /no adapter type for BitFit/],
    ['peft', { adapter: {}, lora: {} }, /no adapter type for Adapter/],
    ['peft', { ln_tuning: {}, bitfit: {} }, /no adapter type for BitFit/],
    ['peft', { mam: {} }, /no adapter type for Adapter/],
    [
      'peft',
      { lora: {}, prefix_tuning: { num_virtual_tokens: 2 } },
      /has one type, but the run united Prefix-tuning and LoRA/,
    ],
    ['peft', { lora: {}, ia3: {}, ln_tuning: {} }, /has one type, but the run united LoRA and \(IA\)3/],
    [
      'peft',
      { prefix_tuning: { num_virtual_tokens: 2, shift_positions: false } },
      /takes the first positions.*shift_positions: false/,
    ],
    [
      'peft',
      { prefix_tuning: { num_virtual_tokens: 2, layers: [1] } },
      /is in every layer, but this one in 1 of 2/,
    ],
    ['merged', { adapter: {} }, /cannot hold what Adapter learnt/],
    [
      'merged',
      { adapter: {}, ln_tuning: {}, prefix_tuning: { num_virtual_tokens: 2 } },
      /cannot hold what Prefix-tuning and Adapter learnt/,
    ],
  ])('%s of %j', (form, methods, reason) => {
    expect(exportForms[form].refusal(request(methods))).toMatch(reason);
    expect(formsOf(request(methods))).not.toContain(form);
  });

  it('puts an adapter on a model that trained from nothing', () => {
    const { adapter, ...rest } = request({ full: {} });
    const base = { ...adapter.base, weights: 'random' as const, seed: 1 };
    const fromNothing = { ...rest, adapter: { ...adapter, base } };
    for (const form of ['peft', 'adapterhub', 'torch'])
      expect(exportForms[form].refusal(fromNothing)).toMatch(
        /trained from nothing, so there is no base model/,
      );
    expect(formsOf(fromNothing)).toEqual(['merged']);
  });

  it('pools by mean, which no class of Transformers does', () => {
    for (const form of ['peft', 'merged'])
      expect(exportForms[form].refusal(request({ ln_tuning: {} }, { pooling: 'mean' }))).toMatch(
        /pools by mean, but Transformers' BertForSequenceClassification/,
      );
  });

  it('lacks a pooler that nobody trained', async () => {
    const dir = temporaryFolder();
    const weights = new Map([...randomWeights()].filter(([name]) => !name.startsWith('pooler.')));
    await writeModelFolder(dir, { weights });
    const { adapter, ...rest } = exportRequest(await openModelFolder(dir), {
      dir: join(folder, 'out'),
      methods: { ln_tuning: {} },
    });
    const tensors = new Map([...adapter.tensors].filter(([name]) => !name.startsWith('pooler.')));
    for (const form of ['peft', 'merged']) {
      expect(exportForms[form].refusal({ ...rest, adapter })).toBeUndefined();
      expect(exportForms[form].refusal({ ...rest, adapter: { ...adapter, tensors } })).toMatch(
        /the base model has no pooler\.dense\.weight/,
      );
    }
  });
});

const models = await Promise.all(
  tinyModels.map(async ({ architecture, config }) => {
    const dir = join(folder, architecture);
    await mkdir(dir);
    await writeModelFolder(dir, { config });
    return { architecture, model: await openModelFolder(dir) };
  }),
);

describe.each(models)('of $architecture', ({ model }) => {
  it.each([...methodExamples, ...unionExamples])('$name has a form', ({ use }) => {
    expect(formsOf(exportRequest(model, { dir: join(folder, 'out'), methods: use }))).not.toEqual([]);
  });
});

it('HF PEFT has no prefix for a class that takes no past keys and values', () => {
  const of = (id: string) =>
    exportRequest(models.find(({ architecture }) => architecture === id)!.model, {
      dir: join(folder, 'out'),
      methods: { prefix_tuning: { num_virtual_tokens: 2 } },
    });
  expect(exportForms.peft.refusal(of('distilbert'))).toMatch(
    /which DistilBertForSequenceClassification does not take; the form torch/,
  );
  expect(formsOf(of('distilbert'))).toEqual(['torch']);
  expect(formsOf(of('roberta'))).toEqual(['peft', 'torch']);
});
