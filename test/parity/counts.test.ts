import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { sizeOf } from '../../src/core/tensor.ts';
import { bert } from '../../src/models/bert.ts';
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

const models = [
  { name: 'BERT-base', config: sizes(12, 768, 12), published: { base: 109_482_240, trained: 38_400 } },
  { name: 'BERT-large', config: sizes(24, 1024, 16), published: { base: 335_141_888, trained: 100_352 } },
  { name: 'MiniLM', config: sizes(6, 384, 12), published: { base: 22_713_216, trained: 9_984 } },
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
    const tensors = bert.tensors(bert.readConfig(config));
    const base = tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
    expect({ base, trained: parameters.trained, head: parameters.head }).toEqual(await answer);
    expect({ base, trained: parameters.trained }).toEqual(published);
    expect(parameters.stored).toBe(parameters.trained);
  },
);
