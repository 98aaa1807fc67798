import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { torch } from '../../src/exports/torch.ts';
import { expectClose } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { methodExamples, unionExamples, type UnionExample } from '../support/methodExamples.ts';
import { continued } from '../support/continued.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout, type PaddedInputs } from '../support/tunedModel.ts';
import { exported } from './exported.ts';
import {
  architectureIds,
  asked,
  LABELS,
  randomInputs,
  randomTensor,
  writeRandomModel,
} from './randomModel.ts';

const python = exported('PARITY_PYTHON');
const olderPython = exported('PARITY_ADAPTERS_PYTHON');

const folder = suiteFolder();
const model = await writeRandomModel(join(folder, 'model'), 71);
const headless = await writeRandomModel(join(folder, 'headless'), 72, {
  without: ['pooler.dense.weight', 'pooler.dense.bias'].map((name) => `bert.${name}`),
});

const others = await Promise.all(
  architectureIds
    .filter((id) => id !== 'bert')
    .map(async (id, i) => ({ id, dir: await writeRandomModel(join(folder, id), 74 + i, { id }) })),
);

const padded = randomInputs(7);
/** Of which Transformers drops the mask, since there is no padding. */
const full: PaddedInputs = {
  input_ids: padded.input_ids.slice(0, 1),
  attention_mask: padded.attention_mask.slice(0, 1),
  token_type_ids: padded.token_type_ids.slice(0, 1),
};
const paper: UnionExample['use'] = {
  prefix_tuning: { num_virtual_tokens: 4 },
  adapter: { at: ['attention'], bottleneck: 5 },
  ln_tuning: {},
};

interface Case {
  readonly name: string;
  readonly use: UnionExample['use'];
  readonly id?: string;
  readonly dir?: string;
  readonly task?: Record<string, string>;
  readonly inputs?: PaddedInputs;
}

const cases: readonly Case[] = [
  ...methodExamples,
  ...unionExamples,
  {
    name: 'everything beside each other',
    use: { ...paper, bitfit: {}, lora: { target_modules: ['dense'] }, ia3: {} },
  },
  { name: 'MAM', use: { mam: { prefix_tuning: { shift_positions: false } } } },
  { name: 'an input without padding', use: paper, inputs: full },
  { name: 'a pooler that the model lacks', use: paper, dir: headless },
  { name: 'pooling by mean', use: paper, task: { pooling: 'mean' } },
  { name: 'pooling by mean without a pooler', use: { full: {} }, task: { pooling: 'mean' }, dir: headless },
  ...others.flatMap(({ id, dir }): Case[] => {
    const given = { id, dir, inputs: randomInputs(7, id) };
    return [
      ...methodExamples.map(({ name, use }) => ({ name: `${name}, ${id}`, use, ...given })),
      { name: `the paper's union, ${id}`, use: paper, ...given },
      {
        name: `everything beside each other, ${id}`,
        use: { ...paper, bitfit: {}, lora: { target_modules: ['attention_output', 'ffn_in'] }, ia3: {} },
        ...given,
      },
      {
        name: `a parallel adapter beside (IA)3 of what it reads, ${id}`,
        use: {
          ia3: { target_modules: ['query', 'ffn_in'], feedforward_modules: ['query', 'ffn_in'] },
          adapter: { at: ['attention', 'ffn'], form: 'parallel', bottleneck: 3 },
        },
        ...given,
      },
      { name: `pooling by mean, ${id}`, use: paper, task: { pooling: 'mean' }, ...given },
    ];
  }),
];

const written = await Promise.all(
  cases.map(async ({ name, use, id = 'bert', dir = model, task = {}, inputs = padded }, i) => {
    const base = await openWithoutDropout(dir);
    const request = exportRequest(base, {
      dir: join(folder, `torch${i}`),
      methods: use,
      task,
      labels: LABELS,
      draw: (tensor, shape) => randomTensor(70 + i, tensor, shape),
      baseModel: { id: dir },
    });
    expect(torch.refusal(request)).toBeUndefined();
    const snippet = await torch.write(request);
    return { name, base, task, request, snippet, inputs, asked: asked(id, inputs) };
  }),
);
const wide = await writeRandomModel(join(folder, 'wide'), 73, { change: { intermediate_size: 48 } });

const textGeneration = { type: 'text-generation', prompt: '{text}', completion: 'label' };
const writing = await Promise.all(
  [
    { name: 'a prefix', use: { prefix_tuning: paper.prefix_tuning } },
    { name: 'a prefix, adapters of attention and LN-tuning', use: paper },
    {
      name: 'a prefix of one layer that leaves the positions',
      use: { prefix_tuning: { num_virtual_tokens: 3, layers: [0], shift_positions: false } },
    },
    { name: 'a prefix, by beam search', use: { prefix_tuning: paper.prefix_tuning }, beams: 3 },
    {
      name: 'a prefix, with a cache of fixed size',
      use: { prefix_tuning: paper.prefix_tuning },
      how: { cache_implementation: 'static' },
    },
  ].map(async ({ name, use, beams = 1, how = {} }, i) => {
    const { dir } = others.find(({ id }) => id === 'gpt2')!;
    const base = await openWithoutDropout(dir);
    const request = exportRequest(base, {
      dir: join(folder, `writes${i}`),
      methods: use,
      task: textGeneration,
      labels: [],
      draw: (tensor, shape) => randomTensor(60 + i, tensor, shape),
      baseModel: { id: dir },
    });
    const settings = { max_new_tokens: 10, num_beams: beams, do_sample: false };
    return { name, base, request, settings, how, snippet: await torch.write(request) };
  }),
);
const given = randomInputs(8, 'gpt2');
const prompts = given.input_ids.map((row, i) => row.filter((_, k) => given.attention_mask[i][k] === 1));

// All asked at once, so that one process of each Python answers, while our own are computed.
const asking = written.map((each) => ({
  ...each,
  logits: python.runSnippet(each.snippet, each.asked),
  older: process.env.PARITY_ADAPTERS_PYTHON ? olderPython.runSnippet(each.snippet, each.asked) : undefined,
}));
const texts = writing.map(({ snippet, settings, how, ...each }) => ({
  ...each,
  settings,
  written: python.generate(snippet, { prompts, settings: { ...settings, ...how } }),
  older: process.env.PARITY_ADAPTERS_PYTHON
    ? olderPython.generate(snippet, { prompts, settings: { ...settings, ...how } })
    : undefined,
}));
const refused = { other: python.loadAdapter(written[0].request.dir, wide) };
const exports = await Promise.all(
  asking.map(async ({ base, inputs, request, task, ...each }) => ({
    ...each,
    ours: await logitsOf(base, inputs, { ...learntBy(request.adapter), task }),
  })),
);

describe('a folder with its own script', () => {
  it.each(exports)("has the run's logits: $name", async ({ logits, ours }) => {
    expectClose('logits', (await logits).logits, ours);
  });

  it.skipIf(process.env.PARITY_ADAPTERS_PYTHON === undefined).each(exports)(
    "has the run's logits in Transformers 4: $name",
    async ({ older, ours }) => {
      expectClose('logits', (await older!).logits, ours);
    },
  );

  it.each(texts)("writes the run's texts: $name", async ({ written, older, ...run }) => {
    const ours = await continued(run.base, prompts, {
      ...learntBy(run.request.adapter),
      task: textGeneration,
      settings: run.settings,
    });
    expect((await written).written).toEqual(ours);
    if (older !== undefined) expect((await older).written).toEqual(ours);
    const untuned = await continued(run.base, prompts, { task: textGeneration, settings: run.settings });
    expect(ours).not.toEqual(untuned); // so that the adapter shows
  });

  it('refuses a model whose tensors are of other shapes', async () => {
    expect((await refused.other).refusal).toMatch(
      /^expected a model with encoder\.layer\.\d\.\S+ \(.*64.*\), found \(.*48.*\)$/,
    );
  });
});
