import { describe, expect, it } from 'vitest';
import { tinyAssembly } from '../../support/tinyModel.ts';

const uncased = { model_type: 'bert', vocab_size: 30522, max_position_embeddings: 512, type_vocab_size: 2 };
const sizes = (layers: number, width: number, heads: number) => ({
  ...uncased,
  num_hidden_layers: layers,
  hidden_size: width,
  num_attention_heads: heads,
  intermediate_size: 4 * width,
});
const models = [sizes(12, 768, 12), sizes(24, 1024, 16), sizes(6, 384, 12)];

const attention16 = { at: ['attention'], bottleneck: 16 };

/** Trained parameters of BERT-base, BERT-large and MiniLM; `stored` where that is another number. */
const published: [string, { use: Record<string, object>; trained: number[]; stored?: number[] }][] = [
  [
    'prefix of 20',
    { use: { prefix_tuning: { num_virtual_tokens: 20 } }, trained: [368_640, 983_040, 92_160] },
  ],
  [
    'prefix of 20 with a network of 512',
    {
      use: { prefix_tuning: { num_virtual_tokens: 20, prefix_projection: true } },
      trained: [9_864_704, 25_760_256, 2_568_704],
      stored: [368_640, 983_040, 92_160],
    },
  ],
  ['attention adapter of 16', { use: { adapter: attention16 }, trained: [304_320, 811_392, 76_128] }],
  [
    'Pfeiffer adapter of 64',
    { use: { adapter: { style: 'pfeiffer', bottleneck: 64 } }, trained: [1_189_632, 3_171_840, 297_600] },
  ],
  [
    'Houlsby adapters of 64',
    {
      use: { adapter: { at: ['attention', 'ffn'], bottleneck: 64 } },
      trained: [2_379_264, 6_343_680, 595_200],
    },
  ],
  [
    'MAM of 16 and 16',
    {
      use: { prefix_tuning: {}, adapter: { form: 'parallel', bottleneck: 16, scaling: 2 } },
      trained: [599_232, 1_597_824, 149_856],
    },
  ],
  [
    'prefix of 16, attention adapter of 16 and LN',
    {
      use: { prefix_tuning: {}, adapter: attention16, ln_tuning: {} },
      trained: [637_632, 1_698_176, 159_840],
    },
  ],
];

describe('trained parameters of BERT-base, BERT-large and MiniLM', () => {
  it.each(published)('%s', (_, { use, trained, stored = trained }) => {
    const counts = models.map((config) => tinyAssembly({ config, use }).parameters);
    expect(counts.map((each) => each.trained)).toEqual(trained);
    expect(counts.map((each) => each.stored)).toEqual(stored);
  });
});
