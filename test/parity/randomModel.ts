import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { writeSafetensors } from '../../src/checkpoints/safetensors.ts';
import { keyOf, normals, uniformAt } from '../../src/core/random.ts';
import { floatTensor, sizeOf, type HostTensor } from '../../src/core/tensor.ts';
import { bert } from '../../src/models/bert.ts';
import type { PaddedInputs, StepsQuestion } from '../support/tunedModel.ts';

export const LABELS = ['low', 'middle', 'high'];

const config = {
  model_type: 'bert',
  architectures: ['BertForSequenceClassification'],
  vocab_size: 100,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  intermediate_size: 64,
  max_position_embeddings: 32,
  type_vocab_size: 2,
  hidden_act: 'gelu',
  id2label: Object.fromEntries(LABELS.entries()),
  label2id: Object.fromEntries(LABELS.map((label, id) => [label, id])),
};

/** Writes a BERT with a classifier into a new folder, its weights drawn from the seed so large that each of them shows in the logits. */
export async function writeRandomModel(
  dir: string,
  seed: number,
  { change = {}, without = [] as readonly string[] } = {},
): Promise<string> {
  const all = { ...config, ...change };
  const names = bert
    .tensors(bert.readConfig(all))
    .map(({ name, shape }) => [bert.basePrefix + name, shape] as const);
  const head = [
    ['classifier.weight', [LABELS.length, all.hidden_size]],
    ['classifier.bias', [LABELS.length]],
  ] as const;
  const kept = [...names, ...head].filter(([name]) => !without.includes(name));
  await mkdir(dir);
  await writeFile(join(dir, 'config.json'), JSON.stringify(all));
  const tensors = new Map(kept.map(([name, shape]) => [name, randomTensor(seed, name, shape)]));
  await writeSafetensors(join(dir, 'model.safetensors'), tensors, { format: 'pt' });
  return dir;
}

/** Gains and other factors near 1, biases near 0, weights with standard deviation 0.15. */
export function randomTensor(seed: number, name: string, shape: readonly number[]): HostTensor {
  const [mean, deviation] = /(LayerNorm\.weight|ia3_l)$/.test(name)
    ? [1, 0.2]
    : name.endsWith('bias')
      ? [0, 0.1]
      : [0, 0.15];
  return floatTensor(
    shape,
    normals(keyOf(seed, name), sizeOf(shape)).map((x) => mean + deviation * x),
  );
}

/** Five rows: full, padded, two of them pairs, and a single token. */
export function randomInputs(seed: number): PaddedInputs {
  const draw = drawing(seed);
  const rows = [
    { length: 14, first: 14 },
    { length: 9, first: 9 },
    { length: 11, first: 4 },
    { length: 3, first: 1 },
    { length: 1, first: 1 },
  ];
  const padded = (of: (length: number, first: number) => number[]) =>
    rows.map(({ length, first }) => [...of(length, first), ...new Array<number>(14 - length).fill(0)]);
  return {
    input_ids: padded((length) => Array.from({ length }, () => draw(5, 100))),
    attention_mask: padded((length) => new Array<number>(length).fill(1)),
    token_type_ids: padded((length, first) => Array.from({ length }, (_, i) => Number(i >= first))),
  };
}

/** Four batches of eight; the first token tells the label, so that the loss moves; a third of the rows are pairs. */
export function randomExamples(seed: number): StepsQuestion['examples'] {
  const draw = drawing(seed);
  return Array.from({ length: 32 }, () => {
    const length = draw(3, 13);
    const labels = draw(0, LABELS.length);
    const first = draw(0, 3) === 0 ? draw(2, length) : length;
    return {
      input_ids: [5 + labels, ...Array.from({ length: length - 1 }, () => draw(20, 100))],
      token_type_ids: Array.from({ length }, (_, i) => Number(i >= first)),
      labels,
    };
  });
}

/** Integers in [low, end), one after the other. */
function drawing(seed: number): (low: number, end: number) => number {
  let drawn = 0;
  return (low, end) => low + Math.floor(uniformAt(keyOf(seed, 'draws'), drawn++) * (end - low));
}
