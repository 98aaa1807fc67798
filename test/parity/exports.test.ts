import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { merged } from '../../src/exports/merged.ts';
import { peft } from '../../src/exports/peft.ts';
import { readPeftFolder } from '../../src/exports/readPeft.ts';
import { expectClose } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { methodExamples, unionExamples, type UnionExample } from '../support/methodExamples.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout } from '../support/tunedModel.ts';
import { python, type Tuned } from './python.ts';
import {
  architectureIds,
  asked,
  headNames,
  LABELS,
  randomExamples,
  randomInputs,
  randomTensor,
  writeRandomModel,
} from './randomModel.ts';

const folder = suiteFolder();
const inputs = randomInputs(2);

const model = await writeRandomModel(join(folder, 'model'), 31);
const headless = await writeRandomModel(join(folder, 'headless'), 32, { without: headNames('bert') });
const others = await Promise.all(
  architectureIds
    .filter((id) => id !== 'bert')
    .map(async (id, i) => ({
      id,
      dir: await writeRandomModel(join(folder, id), 33 + i, { id }),
      headless: await writeRandomModel(join(folder, `${id}-headless`), 37 + i, {
        id,
        without: headNames(id),
      }),
    })),
);

const run = (name: string, use: UnionExample['use'], dir = model, id = 'bert') => ({ name, use, dir, id });

/** What a run could have trained: every tensor that it declares, moved. */
const runs = [
  ...[...methodExamples, ...unionExamples].map(({ name, use }) => run(name, use)),
  run('gains alone', { ln_tuning: { parameters: ['gain'] } }),
  run('biases alone', { ln_tuning: { parameters: ['bias'] } }),
  run('one norm of one layer', { ln_tuning: { layers: [1], layer_norms: ['attention'] } }),
  run('biases of one norm and LoRA', {
    ln_tuning: { parameters: ['bias'], layers: [0], layer_norms: ['ffn'] },
    lora: { r: 2, target_modules: ['output.dense'], layers: [1] },
  }),
  run('(IA)3 of outputs alone', { ia3: { target_modules: ['ffn_in', 'ffn_out'], feedforward_modules: [] } }),
  ...['ln_tuning', 'lora', 'prefix_tuning'].map((id) =>
    run(`${id}, with a pooler and a head that the model lacks`, { [id]: {} }, headless),
  ),
  ...others.flatMap(({ id, dir, headless }) => [
    ...methodExamples.map(({ name, use }) => run(`${name}, ${id}`, use, dir, id)),
    run(`prefix + LN, ${id}`, { ln_tuning: {}, prefix_tuning: { num_virtual_tokens: 3 } }, dir, id),
    run(`LoRA + LN, ${id}`, { ln_tuning: {}, lora: {} }, dir, id),
    run(`LoRA with a head that the model lacks, ${id}`, { lora: {} }, headless, id),
  ]),
];

const exported = await Promise.all(
  runs.map(async ({ name, use, dir, id }, i) => {
    const base = await openWithoutDropout(dir);
    const request = (form: string) =>
      exportRequest(base, {
        dir: join(folder, `${form}${i}`),
        methods: use,
        labels: LABELS,
        draw: (tensor, shape) => randomTensor(40 + i, tensor, shape),
        baseModel: { id: dir },
      });
    const written = async (form: typeof peft) => {
      const asked = request(form.id);
      if (form.refusal(asked) !== undefined) return undefined;
      await form.write(asked);
      return asked.dir;
    };
    const given = randomInputs(2, id);
    return {
      name,
      dir,
      base,
      given,
      asked: asked(id, given),
      ours: await logitsOf(base, given, learntBy(request('none').adapter)),
      adapter: await written(peft),
      merged: await written(merged),
    };
  }),
);

const tuned = (name: string, config: Extract<Tuned, { peft: unknown }>['peft']) => ({ name, peft: config });

/** Trained by PEFT. */
const trainings = [
  tuned('all norms', { peft_type: 'LN_TUNING', target_modules: ['LayerNorm'] }),
  tuned('norms of one layer', {
    peft_type: 'LN_TUNING',
    target_modules: String.raw`.*encoder\.layer\.0\..*LayerNorm`,
  }),
  tuned('LoRA', { peft_type: 'LORA', r: 3 }),
  tuned('rsLoRA of one layer and norms', {
    peft_type: 'LORA',
    r: 4,
    lora_alpha: 6,
    use_rslora: true,
    target_modules: ['key', 'dense'],
    layers_to_transform: [1],
    exclude_modules: ['pooler.dense'],
    modules_to_save: ['LayerNorm'],
  }),
  tuned('(IA)3', { peft_type: 'IA3' }),
  tuned('(IA)3 of outputs and norms', {
    peft_type: 'IA3',
    target_modules: ['key', 'value'],
    feedforward_modules: [],
    modules_to_save: ['LayerNorm'],
  }),
  tuned('a prefix', { peft_type: 'PREFIX_TUNING', num_virtual_tokens: 4 }),
  tuned('a projected prefix and norms', {
    peft_type: 'PREFIX_TUNING',
    num_virtual_tokens: 3,
    prefix_projection: true,
    encoder_hidden_size: 20,
    modules_to_save: ['LayerNorm'],
  }),
].map((training, i) => ({
  ...training,
  save: join(folder, `peft-trained${i}`),
  steps: {
    examples: randomExamples(50 + i),
    batch_size: 8,
    arguments: { num_train_epochs: 1, learning_rate: 2e-2 },
  },
}));

const answers = {
  peft: exported.flatMap(({ adapter, ...run }) =>
    adapter === undefined ? [] : [{ ...run, adapter, loaded: python.loadPeft(run.dir, adapter, run.asked) }],
  ),
  merged: exported.flatMap(({ merged: written, ...run }) =>
    written === undefined ? [] : [{ ...run, loaded: python.loadMerged(written, run.asked) }],
  ),
  base: python.logits(model, inputs),
  trainings: trainings.map(({ name, peft: config, save, steps }) => {
    const trained = python.tunedSteps(model, { ...steps, peft: config, save });
    return { name, save, trained, loaded: python.loadPeft(model, save, inputs) };
  }),
};

describe('an exported run', () => {
  it.each(answers.peft)('loads with PeftModel.from_pretrained: $name', async ({ loaded, ours }) => {
    const { logits, missing, unexpected, warnings } = await loaded;
    expect({ missing, unexpected, warnings }).toEqual({ missing: [], unexpected: [], warnings: [] });
    expectClose('logits', ours, logits);
  });

  it.each(answers.peft)(
    'is read back as an adapter of PEFT: $name',
    async ({ base, adapter, given, ours }) => {
      const read = learntBy(await readPeftFolder(adapter, base));
      expectClose('logits', await logitsOf(base, given, read), ours);
    },
  );

  it.each(answers.merged)('merged, loads with Transformers alone: $name', async ({ loaded, ours }) => {
    const { logits, missing, unexpected, mismatched } = await loaded;
    expect({ missing, unexpected, mismatched }).toEqual({ missing: [], unexpected: [], mismatched: [] });
    expectClose('logits', ours, logits);
  });
});

it.each(answers.trainings)(
  "an adapter that PEFT trained has PEFT's logits here: $name",
  async ({ save, trained, loaded }) => {
    await trained;
    const { logits } = await loaded;
    const base = await openWithoutDropout(model);
    const read = learntBy(await readPeftFolder(save, base));
    expectClose('logits', await logitsOf(base, inputs, read), logits);
    const { logits: untrained } = await answers.base;
    expect(() => expectClose('logits', untrained, logits)).toThrow(/max difference/); // so that the adapter shows
  },
);
