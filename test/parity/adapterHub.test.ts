import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { adapterhub } from '../../src/exports/adapterhub.ts';
import { expectClose } from '../support/closeness.ts';
import { exportRequest, learntBy } from '../support/exportRequest.ts';
import { methodExamples, unionExamples, type UnionExample } from '../support/methodExamples.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { logitsOf, openWithoutDropout } from '../support/tunedModel.ts';
import { exported } from './exported.ts';
import {
  architectureIds,
  asked,
  headNames,
  LABELS,
  randomInputs,
  randomTensor,
  writeRandomModel,
} from './randomModel.ts';

const python = exported('PARITY_ADAPTERS_PYTHON');
const isThere = process.env.PARITY_ADAPTERS_PYTHON !== undefined;

const folder = suiteFolder();
const model = await writeRandomModel(join(folder, 'model'), 81);
const headless = await writeRandomModel(join(folder, 'headless'), 82, { without: headNames('bert') });
const others = await Promise.all(
  architectureIds
    .filter((id) => id !== 'bert')
    .map(async (id, i) => ({ id, dir: await writeRandomModel(join(folder, id), 83 + i, { id }) })),
);

interface Case {
  readonly name: string;
  readonly use: UnionExample['use'];
  readonly id?: string;
  readonly dir?: string;
}

const prefix = { num_virtual_tokens: 3, shift_positions: false };
const cases: readonly Case[] = [
  ...methodExamples,
  ...unionExamples,
  { name: 'unshifted prefix', use: { prefix_tuning: prefix } },
  {
    name: "the paper's triple, unshifted",
    use: { prefix_tuning: prefix, adapter: { at: ['attention'] }, ln_tuning: {} },
  },
  { name: 'MAM', use: { mam: { prefix_tuning: { shift_positions: false } } } },
  { name: 'prefix, adapter and LoRA', use: { prefix_tuning: prefix, adapter: { bottleneck: 5 }, lora: {} } },
  {
    name: 'adapters of two kinds',
    use: {
      adapter: [
        { at: ['attention'], scaling: 2 },
        { at: ['ffn'], form: 'parallel', scaling: 0.5, layers: [1] },
      ],
    },
  },
  {
    name: 'Houlsby at both, a width that divides nothing',
    use: { adapter: { at: ['attention', 'ffn'], bottleneck: 7, non_linearity: 'silu' } },
  },
  {
    name: '(IA)3 of outputs',
    use: { ia3: { target_modules: ['key', 'value', 'ffn_in', 'ffn_out'], feedforward_modules: [] } },
  },
  {
    name: '(IA)3 of outputs in one layer, behind a prefix',
    use: {
      ia3: { target_modules: ['key', 'value'], feedforward_modules: [], layers: [1] },
      prefix_tuning: prefix,
    },
  },
  {
    name: 'LoRA of a map that the library has not, inside of (IA)3',
    use: {
      lora: { r: 2, target_modules: ['attention_output', 'key'] },
      ia3: { target_modules: ['key'], feedforward_modules: [] },
    },
  },
  {
    name: 'rsLoRA of every map that the library has',
    use: {
      lora: {
        r: 3,
        use_rslora: true,
        target_modules: ['query', 'key', 'value', 'ffn_in', 'ffn_out'],
        layers: [0],
      },
    },
  },
  { name: '(IA)3, LoRA and an adapter', use: { ia3: {}, lora: {}, adapter: {} } },
  { name: 'a pooler and a head that the model lacks', use: { adapter: {} }, dir: headless },
  ...others.flatMap((model) => {
    const list: Case[] = [
      ...methodExamples,
      { name: 'unshifted prefix', use: { prefix_tuning: prefix } },
      {
        name: "the paper's triple, unshifted",
        use: { prefix_tuning: prefix, adapter: { at: ['attention'] }, ln_tuning: {} },
      },
      {
        name: 'prefix, adapter and LoRA',
        use: { prefix_tuning: prefix, adapter: { bottleneck: 5 }, lora: {} },
      },
    ];
    return list.map(({ name, use }) => ({ name: `${name}, ${model.id}`, use, ...model }));
  }),
];

const written = await Promise.all(
  cases.map(async ({ name, use, id = 'bert', dir = model }, i) => {
    const base = await openWithoutDropout(dir);
    const request = exportRequest(base, {
      dir: join(folder, `hub${i}`),
      methods: use,
      labels: LABELS,
      draw: (tensor, shape) => randomTensor(80 + i, tensor, shape),
      baseModel: { id: dir },
    });
    if (!isThere || adapterhub.refusal(request) !== undefined) return [];
    return [
      { name, base, request, snippet: await adapterhub.write(request), id, inputs: randomInputs(8, id) },
    ];
  }),
);

// All asked at once, so that one Python answers.
const loaded = written
  .flat()
  .map((each) => ({ ...each, answer: python.loadAdapterHub(each.snippet, asked(each.id, each.inputs)) }));

describe.skipIf(!isThere)("a folder for AdapterHub's library", () => {
  it.each(loaded)(
    'loads whole and has the logits of the run: $name',
    async ({ base, request, inputs, answer }) => {
      const { logits, missing, unexpected } = await answer;
      expect({ missing, unexpected }).toEqual({ missing: [], unexpected: [] });
      expectClose('logits', logits, await logitsOf(base, inputs, learntBy(request.adapter)));
    },
  );
});
