import { describe, expect, it } from 'vitest';
import { countParameters } from '../../../src/plan/parameters.ts';
import { publicConfig, publicModels, type PublicModel } from '../../support/publicConfigs.ts';
import { tinyAssembly } from '../../support/tinyModel.ts';

type Use = Readonly<Record<string, object>>;
/** One number for each model, in the order of `publicModels`. */
type Counts = readonly [number, number, number, number, number, number, number, number];
type Row = readonly [name: string, use: Use | ((model: PublicModel) => Use), trained: Counts];

const configs = publicModels.map(publicConfig);

const prefix = (l: number, projected = false) => ({ num_virtual_tokens: l, prefix_projection: projected });
const houlsby = { at: ['attention', 'ffn'], bottleneck: 64 };
const attention16 = { at: ['attention'], bottleneck: 16 };
const parallel16 = { form: 'parallel', bottleneck: 16, scaling: 2 };
const blocks = { layer_norms: ['attention', 'ffn'] };

/** HF PEFT's targets; it has none for DistilBERT, which here has those of BERT. */
function ia3OfPeft(model: PublicModel): Use {
  const feedForward = model.startsWith('gpt2') ? ['mlp.c_proj'] : ['attention_output', 'ffn_out'];
  const outputs = model.startsWith('gpt2') ? ['c_attn'] : ['key', 'value'];
  return { ia3: { target_modules: [...outputs, ...feedForward], feedforward_modules: feedForward } };
}

const rows: readonly Row[] = [
  [
    'every parameter',
    { full: {} },
    [
      109_482_240,
      335_141_888,
      // A class with a head has no pooler, which the published numbers count: d (d + 1).
      124_645_632 - 768 * 769,
      355_359_744 - 1024 * 1025,
      66_362_880,
      22_713_216,
      124_439_808,
      354_823_168,
    ],
  ],
  ['LN, blocks', { ln_tuning: blocks }, [36_864, 98_304, 36_864, 98_304, 18_432, 9_216, 36_864, 98_304]],
  ['LN, all', { ln_tuning: {} }, [38_400, 100_352, 38_400, 100_352, 19_968, 9_984, 38_400, 100_352]],
  ...['gain', 'bias'].map((part): Row => [
    `LN, ${part} only`,
    { ln_tuning: { ...blocks, parameters: [part] } },
    [18_432, 49_152, 18_432, 49_152, 9_216, 4_608, 18_432, 49_152],
  ]),
  [
    'BitFit, linear only',
    { bitfit: { biases: ['attention', 'ffn'] } },
    [82_944, 221_184, 82_944, 221_184, 41_472, 20_736, 82_944, 221_184],
  ],
  [
    'BitFit, all but the pooler',
    { bitfit: { biases: ['attention', 'ffn', 'layer_norm', 'embeddings'] } },
    // The published number of GPT-2 has the final norm, which stands behind the layers: only `all` names it.
    [102_144, 271_360, 102_144, 271_360, 51_456, 25_728, 102_144 - 768, 271_360 - 1024],
  ],
  [
    'BitFit, norms of one layer',
    { bitfit: { biases: ['layer_norm'], layers: [0] } },
    [2 * 768, 2 * 1024, 2 * 768, 2 * 1024, 2 * 768, 2 * 384, 2 * 768, 2 * 1024],
  ],
  [
    'BitFit, all',
    { bitfit: {} },
    [102_144 + 768, 271_360 + 1024, 102_144, 271_360, 51_456, 25_728 + 384, 102_144, 271_360],
  ],
  [
    '(IA)3 of the paper',
    { ia3: {} },
    // GPT-2's map for keys and values is the one for queries, too: 3 d + f in each layer rather than 2 d + f.
    [55_296, 147_456, 55_296, 147_456, 27_648, 13_824, 55_296 + 12 * 768, 147_456 + 24 * 1024],
  ],
  ['(IA)3 of PEFT', ia3OfPeft, [64_512, 172_032, 64_512, 172_032, 32_256, 16_128, 64_512, 172_032]],
  [
    'LoRA of query and value, r = 8',
    { lora: {} },
    [294_912, 786_432, 294_912, 786_432, 147_456, 73_728, 294_912, 786_432],
  ],
  [
    'prefix of 20',
    { prefix_tuning: prefix(20) },
    [368_640, 983_040, 368_640, 983_040, 184_320, 92_160, 368_640, 983_040],
  ],
  [
    'prefix of 20, projected',
    { prefix_tuning: prefix(20, true) },
    [9_864_704, 25_760_256, 9_864_704, 25_760_256, 5_136_896, 2_568_704, 9_864_704, 25_760_256],
  ],
  [
    'attention adapter, r = 16',
    { adapter: attention16 },
    [304_320, 811_392, 304_320, 811_392, 152_160, 76_128, 304_320, 811_392],
  ],
  [
    'Pfeiffer, r = 64',
    { adapter: { style: 'pfeiffer', bottleneck: 64 } },
    [1_189_632, 3_171_840, 1_189_632, 3_171_840, 594_816, 297_600, 1_189_632, 3_171_840],
  ],
  [
    'Houlsby, r = 64',
    { adapter: houlsby },
    [2_379_264, 6_343_680, 2_379_264, 6_343_680, 1_189_632, 595_200, 2_379_264, 6_343_680],
  ],
  [
    'MAM',
    { prefix_tuning: prefix(16), adapter: parallel16 },
    [599_232, 1_597_824, 599_232, 1_597_824, 299_616, 149_856, 599_232, 1_597_824],
  ],
  [
    'prefix of 16 + attention adapter + LN',
    { prefix_tuning: prefix(16), adapter: attention16, ln_tuning: {} },
    [637_632, 1_698_176, 637_632, 1_698_176, 319_584, 159_840, 637_632, 1_698_176],
  ],
  // The biases of the norms are counted once: the linear maps' (and the pooler's), and all of LN-tuning.
  [
    'LN + BitFit',
    { ln_tuning: {}, bitfit: {} },
    [
      82_944 + 768 + 38_400,
      221_184 + 1024 + 100_352,
      82_944 + 38_400,
      221_184 + 100_352,
      41_472 + 19_968,
      20_736 + 384 + 9_984,
      82_944 + 38_400,
      221_184 + 100_352,
    ],
  ],
];

/** Of classification into three classes. */
const heads: Counts = [
  3 * 768 + 3,
  3 * 1024 + 3,
  768 * 769 + 3 * 768 + 3, // a dense layer before the classifier
  1024 * 1025 + 3 * 1024 + 3,
  768 * 769 + 3 * 768 + 3,
  3 * 384 + 3,
  3 * 768, // no bias
  3 * 1024,
];

describe(`the literature's counts of ${publicModels.join(', ')}`, () => {
  it.each(rows)('%s', (_, use, expected) => {
    const uses = publicModels.map((model) => (typeof use === 'function' ? use(model) : use));
    const assemblies = configs.map((config, i) => tinyAssembly({ config, use: uses[i] }));
    const counts = assemblies.map(countParameters);
    expect(counts.map(({ trained }) => trained)).toEqual(expected);
    expect(counts.map(({ head }) => head)).toEqual(heads);
    expect(counts).toMatchObject(assemblies.map(({ parameters }) => parameters));
    const kept = configs.map((config, i) => {
      const flat = {
        ...uses[i],
        ...('prefix_tuning' in uses[i] && {
          prefix_tuning: { ...uses[i].prefix_tuning, prefix_projection: false },
        }),
      };
      return countParameters(tinyAssembly({ config, use: flat })).trained;
    });
    expect(counts.map(({ stored }) => stored)).toEqual(kept);
  });
});
