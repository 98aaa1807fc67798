import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IGNORED } from '../../src/core/ignored.ts';
import { floatTensor } from '../../src/core/tensor.ts';
import { adapterhub } from '../../src/exports/adapterhub.ts';
import type { ExportForm } from '../../src/exports/form.ts';
import { merged } from '../../src/exports/merged.ts';
import { peft } from '../../src/exports/peft.ts';
import { readPeftFolder } from '../../src/exports/readPeft.ts';
import { torch } from '../../src/exports/torch.ts';
import { assemblyOf } from '../../src/trainer/session.ts';
import { expectClose, expectSameTraining } from '../support/closeness.ts';
import { executorsHere } from '../support/executorsHere.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { nextLogitsOf } from '../support/nextLogits.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { configurationOf, openWithoutDropout, train, type StepsQuestion } from '../support/tunedModel.ts';
import { exported } from './exported.ts';
import { python, type Tuned } from './python.ts';
import { asked, randomExamples, randomInputs, randomTensor, writeRandomModel } from './randomModel.ts';

const id = 'gpt2';
const folder = suiteFolder();
const dir = await writeRandomModel(join(folder, 'model'), 91, {
  id,
  change: { architectures: ['GPT2LMHeadModel'] },
  head: [],
});
const model = await openWithoutDropout(dir);
const languageModeling = { type: 'language-modeling' };
const textGeneration = { type: 'text-generation', prompt: '{text}', completion: 'label' };

const inputs = asked(id, randomInputs(92, id));
const texts = inputs.input_ids.map((row, i) => row.filter((_, k) => inputs.attention_mask[i][k] === 1));

/** Of each text's last token. */
const last = (logits: readonly (readonly (readonly number[])[])[]) =>
  logits.map((rows, i) => rows[texts[i].length - 1]);

const BATCH = 8;
/** Texts of several lengths, of which some tokens are not learnt: first ones, as those of a prompt, and others. */
const whole = randomExamples(93).map(({ input_ids }, i) => ({
  input_ids,
  labels: input_ids.map((token, k) => (k <= i % 3 || token % 7 === 0 ? IGNORED : token)),
}));
/** Each token's target is the next one; behind the last stands one that is a target only. */
const shifted: StepsQuestion['examples'] = whole.map(({ input_ids, labels }) => ({
  input_ids: input_ids.slice(0, -1),
  token_type_ids: input_ids.slice(1).map(() => 0),
  labels: labels.slice(1),
}));

interface Training {
  readonly name: string;
  readonly methods: Record<string, object>;
  readonly how: Tuned;
  readonly arguments: object;
}

const NORMS = ['ln_1', 'ln_2', 'ln_f'];
const list: readonly Training[] = [
  {
    name: "PEFT's LN-tuning",
    methods: { ln_tuning: {} },
    how: { peft: { peft_type: 'LN_TUNING', task_type: 'CAUSAL_LM', target_modules: NORMS } },
    arguments: { learning_rate: 1e-2 },
  },
  {
    name: "PEFT's LoRA, with norms beside it",
    methods: { lora: {}, ln_tuning: {} },
    how: {
      peft: {
        peft_type: 'LORA',
        task_type: 'CAUSAL_LM',
        r: 8,
        lora_alpha: 16,
        target_modules: ['c_attn'],
        fan_in_fan_out: true,
        modules_to_save: NORMS,
      },
    },
    arguments: { learning_rate: 5e-3, weight_decay: 0.1 },
  },
  {
    name: 'every parameter, words read and written by one table, with label smoothing',
    methods: { full: {} },
    how: { trainable: '.' },
    // The loss does not depend on the keys' biases: with Adam's usual epsilon their steps would be rounding alone.
    arguments: { learning_rate: 1e-3, label_smoothing_factor: 0.1, adam_epsilon: 1e-4 },
  },
];

const trainings = list.map((each) => {
  const common = { num_train_epochs: 5, max_grad_norm: 1, lr_scheduler_type: 'linear' };
  const steps = { batch_size: BATCH, arguments: { ...common, ...each.arguments } };
  return {
    ...each,
    steps: { ...steps, examples: shifted },
    answer: python.tunedSteps(dir, { ...steps, examples: whole, ...each.how }),
  };
});

const learnt: readonly { readonly name: string; readonly methods: Record<string, object> }[] = [
  { name: 'LN', methods: { ln_tuning: {} } },
  { name: 'LoRA', methods: { lora: { r: 2 } } },
  { name: 'LoRA + LN', methods: { lora: { r: 2 }, ln_tuning: {} } },
  { name: 'prefix', methods: { prefix_tuning: { num_virtual_tokens: 3 } } },
  {
    name: 'attention adapter + LN',
    methods: { adapter: { at: ['attention'], bottleneck: 5 }, ln_tuning: {} },
  },
  { name: '(IA)3', methods: { ia3: {} } },
];

const runs = await Promise.all(
  learnt.map(async ({ name, methods }, i) => {
    const request = (form: string) =>
      exportRequest(model, {
        dir: join(folder, `${form}${i}`),
        methods,
        labels: [],
        task: textGeneration,
        draw: (tensor, shape) => randomTensor(94 + i, tensor, shape),
        baseModel: { id: dir },
      });
    const write = async (form: ExportForm) => {
      const given = request(form.id);
      if (form.refusal(given) !== undefined) return undefined;
      return { dir: given.dir, snippet: await form.write(given) };
    };
    const tuned = { task: textGeneration, ...learntBy(request('none').adapter) };
    return {
      name,
      tuned,
      merged: await write(merged),
      peft: await write(peft),
      torch: await write(torch),
      adapterhub: await write(adapterhub),
    };
  }),
);

const withTorch = exported('PARITY_PYTHON');
const withAdapters = exported('PARITY_ADAPTERS_PYTHON');
const hasAdapters = process.env.PARITY_ADAPTERS_PYTHON !== undefined;

const answers = {
  base: python.logits(dir, inputs),
  merged: runs.flatMap(({ merged: written, ...run }) =>
    written ? [{ ...run, loaded: python.loadMerged(written.dir, inputs) }] : [],
  ),
  peft: runs.flatMap(({ peft: written, ...run }) =>
    written ? [{ ...run, dir: written.dir, loaded: python.loadPeft(dir, written.dir, inputs) }] : [],
  ),
  torch: runs.flatMap(({ torch: written, ...run }) =>
    written ? [{ ...run, loaded: withTorch.runSnippet(written.snippet, inputs) }] : [],
  ),
  adapterhub: runs.flatMap(({ adapterhub: written, ...run }) =>
    written && hasAdapters ? [{ ...run, loaded: withAdapters.loadAdapterHub(written.snippet, inputs) }] : [],
  ),
};

describe.each(executorsHere)('on %s', (executorId) => {
  it('the next token has the logits of GPT2LMHeadModel', async () => {
    const found = await nextLogitsOf(model, texts, {
      task: languageModeling,
      methods: { ln_tuning: {} },
      executorId,
    });
    const { logits } = await answers.base;
    expectClose('logits', found, last(logits as number[][][]));
  });

  it.each(trainings)('20 steps equal those in PyTorch: $name', async ({ methods, steps, answer }) => {
    const { initial, ...expected } = await answer;
    expect(expected.losses).toHaveLength(20);
    const { trained } = assemblyOf(configurationOf({ methods, task: languageModeling }), model, 0);
    const start = new Map(
      trained.map(({ name, shape }) => [name, floatTensor(shape, canonical(initial)[name].flat())]),
    );
    const found = await train(model, steps, { executorId, methods, task: languageModeling, trained: start });
    expectSameTraining(
      { ...found, tensors: canonical(found.tensors) },
      { ...expected, tensors: canonical(expected.tensors) },
    );
  });
});

describe('an exported run that writes texts', () => {
  it.each(answers.merged)('merged, is a GPT2LMHeadModel: $name', async ({ loaded, tuned }) => {
    const { logits, missing, unexpected, mismatched } = await loaded;
    expect({ missing, unexpected, mismatched }).toEqual({ missing: [], unexpected: [], mismatched: [] });
    expectClose('logits', await nextLogitsOf(model, texts, tuned), last(logits as number[][][]));
  });

  it.each(answers.peft)(
    'loads with PeftModel.from_pretrained, and is read back: $name',
    async ({ loaded, tuned, dir: adapter }) => {
      const { logits, missing, unexpected, warnings } = await loaded;
      expect({ missing, unexpected, warnings }).toEqual({ missing: [], unexpected: [], warnings: [] });
      const ours = await nextLogitsOf(model, texts, tuned);
      expectClose('logits', ours, last(logits as number[][][]));
      const read = learntBy(await readPeftFolder(adapter, model));
      expectClose('logits', await nextLogitsOf(model, texts, { task: textGeneration, ...read }), ours);
    },
  );

  it.each(answers.torch)('loads with its own script: $name', async ({ loaded, tuned }) => {
    const { logits } = await loaded;
    expectClose('logits', await nextLogitsOf(model, texts, tuned), last(logits as unknown as number[][][]));
  });

  it.skipIf(!hasAdapters).each(answers.adapterhub)(
    "loads with AdapterHub's library: $name",
    async ({ loaded, tuned }) => {
      const { logits, missing, unexpected } = await loaded;
      expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] });
      expectClose('logits', await nextLogitsOf(model, texts, tuned), last(logits as unknown as number[][][]));
    },
  );

  it('has every form that can hold what it learnt', () => {
    const forms = ['merged', 'peft', 'torch', 'adapterhub'] as const;
    const written = runs.map((run) => [run.name, forms.filter((form) => run[form] !== undefined)] as const);
    expect(Object.fromEntries(written)).toEqual({
      LN: ['merged', 'peft', 'torch'],
      LoRA: ['merged', 'peft', 'torch'],
      'LoRA + LN': ['merged', 'peft', 'torch'],
      prefix: ['peft', 'torch'],
      'attention adapter + LN': ['torch', 'adapterhub'],
      '(IA)3': ['merged', 'peft', 'torch'],
    });
  });
});

/** Under canonical names. */
function canonical(tensors: Record<string, number[] | number[][]>): Record<string, number[] | number[][]> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, values]) => [name.replace(/^transformer\./, ''), values]),
  );
}
