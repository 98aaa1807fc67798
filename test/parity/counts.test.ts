import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import { sizeOf } from '../../src/core/tensor.ts';
import { findArchitecture } from '../../src/models/registry.ts';
import { tinyAssembly } from '../support/tinyModel.ts';
import { suiteFolder } from '../support/temporaryFolder.ts';
import { python } from './python.ts';

const uncased = { model_type: 'bert', vocab_size: 30522, max_position_embeddings: 512, type_vocab_size: 2 };
const sizes = (layers: number, width: number, heads: number) => ({
  ...uncased,
  num_hidden_layers: layers,
  hidden_size: width,
  num_attention_heads: heads,
  intermediate_size: 4 * width,
  id2label: { 0: 'low', 1: 'middle', 2: 'high' },
});

const models: { name: string; config: JsonObject; published: Record<'base' | 'trained', number> }[] = [
  { name: 'BERT-base', config: sizes(12, 768, 12), published: { base: 109_482_240, trained: 38_400 } },
  { name: 'BERT-large', config: sizes(24, 1024, 16), published: { base: 335_141_888, trained: 100_352 } },
  { name: 'MiniLM', config: sizes(6, 384, 12), published: { base: 22_713_216, trained: 9_984 } },
  {
    name: 'RoBERTa-base, without the pooler that a class with a head lacks',
    config: {
      ...sizes(12, 768, 12),
      model_type: 'roberta',
      vocab_size: 50265,
      max_position_embeddings: 514,
      type_vocab_size: 1,
      pad_token_id: 1,
    },
    published: { base: 124_645_632 - 590_592, trained: 38_400 },
  },
  {
    name: 'DistilBERT-base',
    config: {
      model_type: 'distilbert',
      vocab_size: 30522,
      max_position_embeddings: 512,
      n_layers: 6,
      dim: 768,
      n_heads: 12,
      hidden_dim: 3072,
      id2label: { 0: 'low', 1: 'middle', 2: 'high' },
    },
    published: { base: 66_362_880, trained: 19_968 },
  },
];

const folder = suiteFolder();
const asked = await Promise.all(
  models.map(async ({ config, ...model }, i) => {
    const file = join(folder, `${i}.json`);
    await writeFile(file, JSON.stringify(config));
    return { ...model, config, file };
  }),
).then((written) => written.map((model) => ({ ...model, answer: python.counts(model.file) })));

it.each(asked)(
  "LN-tuning's parameters are counted as PEFT and PyTorch count them: $name",
  async ({ config, published, answer }) => {
    const { parameters } = tinyAssembly({ config });
    const architecture = findArchitecture(config.model_type);
    const tensors = architecture.tensors(architecture.readConfig(config));
    const base = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect({ base, trained: parameters.trained, head: parameters.head }).toEqual(await answer);
    expect({ base, trained: parameters.trained }).toEqual(published);
    expect(parameters.stored).toBe(parameters.trained);
  },
);
