import { describe, expect, it } from 'vitest';
import { countParameters } from '../../../src/plan/parameters.ts';
import { tinyAssembly } from '../../support/tinyModel.ts';

/** BERT-base, BERT-large (both uncased) and MiniLM-L6-H384. */
const models = [
  { hidden_size: 768, num_hidden_layers: 12, num_attention_heads: 12, intermediate_size: 3072 },
  { hidden_size: 1024, num_hidden_layers: 24, num_attention_heads: 16, intermediate_size: 4096 },
  { hidden_size: 384, num_hidden_layers: 6, num_attention_heads: 12, intermediate_size: 1536 },
].map((sizes) => ({
  model_type: 'bert',
  vocab_size: 30522,
  max_position_embeddings: 512,
  type_vocab_size: 2,
  ...sizes,
}));

const prefix = (l: number, projected = false) => ({ num_virtual_tokens: l, prefix_projection: projected });
const houlsby = { at: ['attention', 'ffn'], bottleneck: 64 };
const attention16 = { at: ['attention'], bottleneck: 16 };
const parallel16 = { form: 'parallel', bottleneck: 16, scaling: 2 };

const rows: readonly (readonly [string, Record<string, object>, readonly [number, number, number]])[] = [
  ['every parameter', { full: {} }, [109_482_240, 335_141_888, 22_713_216]],
  ['LN, blocks', { ln_tuning: { layer_norms: ['attention', 'ffn'] } }, [36_864, 98_304, 9_216]],
  ['LN, all', { ln_tuning: {} }, [38_400, 100_352, 9_984]],
  [
    'LN, gain only',
    { ln_tuning: { layer_norms: ['attention', 'ffn'], parameters: ['gain'] } },
    [18_432, 49_152, 4_608],
  ],
  ['BitFit, linear only', { bitfit: { biases: ['attention', 'ffn'] } }, [82_944, 221_184, 20_736]],
  [
    'BitFit, all but the pooler',
    { bitfit: { biases: ['attention', 'ffn', 'layer_norm', 'embeddings'] } },
    [102_144, 271_360, 25_728],
  ],
  ['BitFit, all', { bitfit: {} }, [102_144 + 768, 271_360 + 1024, 25_728 + 384]],
  ['(IA)3 of the paper', { ia3: {} }, [55_296, 147_456, 13_824]],
  [
    '(IA)3 of PEFT',
    { ia3: { target_modules: ['key', 'value', 'output.dense'], feedforward_modules: ['output.dense'] } },
    [64_512, 172_032, 16_128],
  ],
  ['LoRA of query and value, r = 8', { lora: {} }, [294_912, 786_432, 73_728]],
  ['prefix of 20', { prefix_tuning: prefix(20) }, [368_640, 983_040, 92_160]],
  ['prefix of 20, projected', { prefix_tuning: prefix(20, true) }, [9_864_704, 25_760_256, 2_568_704]],
  ['attention adapter, r = 16', { adapter: attention16 }, [304_320, 811_392, 76_128]],
  ['Pfeiffer, r = 64', { adapter: { style: 'pfeiffer', bottleneck: 64 } }, [1_189_632, 3_171_840, 297_600]],
  ['Houlsby, r = 64', { adapter: houlsby }, [2_379_264, 6_343_680, 595_200]],
  ['MAM', { prefix_tuning: prefix(16), adapter: parallel16 }, [599_232, 1_597_824, 149_856]],
  [
    'prefix of 16 + attention adapter + LN',
    { prefix_tuning: prefix(16), adapter: attention16, ln_tuning: {} },
    [637_632, 1_698_176, 159_840],
  ],
  // The biases of the norms are counted once.
  ['LN + BitFit', { ln_tuning: {}, bitfit: {} }, [102_912 + 19_200, 272_384 + 50_176, 26_112 + 4_992]],
];

/** RoBERTa-base and DistilBERT-base: facts of the literature beside those of BERT-base, which the former's equal where no table counts. */
const others = {
  roberta: {
    ...models[0],
    model_type: 'roberta',
    vocab_size: 50265,
    max_position_embeddings: 514,
    type_vocab_size: 1,
    pad_token_id: 1,
  },
  distilbert: {
    model_type: 'distilbert',
    vocab_size: 30522,
    max_position_embeddings: 512,
    n_layers: 6,
    dim: 768,
    n_heads: 12,
    hidden_dim: 3072,
  },
};

const ofOthers: readonly (readonly [string, Record<string, object>, readonly [number, number]])[] = [
  // RoBERTa's class with a head has no pooler (768 x 769), which the published 124,645,632 count.
  ['every parameter', { full: {} }, [124_645_632 - 590_592, 66_362_880]],
  ['LN, all', { ln_tuning: {} }, [38_400, 19_968]],
  ['LN, blocks', { ln_tuning: { layer_norms: ['attention', 'ffn'] } }, [36_864, 18_432]],
  ['BitFit, linear only', { bitfit: { biases: ['attention', 'ffn'] } }, [82_944, 41_472]],
  ['BitFit, all', { bitfit: {} }, [102_144, 51_456]],
  ['(IA)3 of the paper', { ia3: {} }, [55_296, 27_648]],
  ['LoRA of query and value, r = 8', { lora: {} }, [294_912, 147_456]],
  ['prefix of 20', { prefix_tuning: prefix(20) }, [368_640, 184_320]],
  ['prefix of 20, projected', { prefix_tuning: prefix(20, true) }, [9_864_704, 5_136_896]],
  ['attention adapter, r = 16', { adapter: attention16 }, [304_320, 152_160]],
  ['Houlsby, r = 64', { adapter: houlsby }, [2_379_264, 1_189_632]],
  ['MAM', { prefix_tuning: prefix(16), adapter: parallel16 }, [599_232, 299_616]],
  [
    'prefix of 16 + attention adapter + LN',
    { prefix_tuning: prefix(16), adapter: attention16, ln_tuning: {} },
    [637_632, 319_584],
  ],
];

it.each(ofOthers)('RoBERTa-base and DistilBERT-base: %s', (_, use, expected) => {
  const counts = Object.values(others).map((config) => countParameters(tinyAssembly({ config, use })));
  expect(counts.map(({ trained }) => trained)).toEqual(expected);
  // dense and classifier, 768 wide, for three classes
  expect(counts.map(({ head }) => head)).toEqual([590_592 + 2_307, 590_592 + 2_307]);
});

describe("the literature's counts", () => {
  it.each(rows)('%s', (_, use, expected) => {
    const counts = models.map((config) => countParameters(tinyAssembly({ config, use })));
    expect(counts.map(({ trained }) => trained)).toEqual(expected);
    const flat = {
      ...use,
      ...('prefix_tuning' in use && { prefix_tuning: { ...use.prefix_tuning, prefix_projection: false } }),
    };
    const kept = models.map((config) => countParameters(tinyAssembly({ config, use: flat })).trained);
    expect(counts.map(({ stored }) => stored)).toEqual(kept);
  });
});
