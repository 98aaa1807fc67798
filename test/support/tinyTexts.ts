import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';
import { tinyTokenizer, writeModelFolder, writeTokenizer } from './checkpoints.ts';
import { gentleWeights } from './gentleWeights.ts';

const config: JsonObject = {
  model_type: 'gpt2',
  vocab_size: 50,
  n_embd: 16,
  n_layer: 2,
  n_head: 2,
  n_positions: 32,
  eos_token_id: 3, // [SEP]
  pad_token_id: 0,
  embd_pdrop: 0,
  resid_pdrop: 0,
  attn_pdrop: 0,
};

const training = `methods:
  full: {}
training:
  num_train_epochs: 6
  per_device_train_batch_size: 4
  learning_rate: 2.0e-2
  logging_steps: 10
`;

/** Rows of what is seen, and what is said of it: one sentence for each animal, two for the film. */
const said: Readonly<Record<string, readonly string[]>> = {
  cat: ['the cat sat on a mat'],
  dog: ['a dog was not good'],
  film: ['the film was very bad', 'a very bad film !'],
};

export const tinyTextsRecipe = `version: 1
model: ./model
task:
  type: text-generation
  train: train.csv
  validation: dev.csv
  test: dev.csv
  prompt: '{seen} .'
  completion: said
  max_length: 20
  generation: { max_new_tokens: 8 }
${training}`;

export const tinyLanguageRecipe = `version: 1
model: ./model
task:
  type: language-modeling
  train: train.txt
  validation: train.txt
  max_length: 16
${training}`;

/** Writes a tiny GPT-2, texts in two formats, and a recipe into an empty folder; returns the recipe's path. */
export async function writeTinyTexts(dir: string, { recipe = tinyTextsRecipe } = {}): Promise<string> {
  await mkdir(resolve(dir, 'model'));
  await writeModelFolder(resolve(dir, 'model'), { config, weights: gentleWeights(config) });
  await writeTokenizer(resolve(dir, 'model'), {
    ...tinyTokenizer,
    post_processor: null,
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  });
  const rows = Object.entries(said).flatMap(([seen, texts]) => texts.map((text) => ({ seen, text })));
  const csv = (times: number) =>
    `seen,said\n${Array.from({ length: times }, () => rows.map(({ seen, text }) => `${seen},${text}\n`).join('')).join('')}`;
  await writeFile(resolve(dir, 'train.csv'), csv(12));
  await writeFile(resolve(dir, 'dev.csv'), csv(1));
  await writeFile(
    resolve(dir, 'train.txt'),
    rows
      .map(({ text }) => `${text}\n`)
      .join('')
      .repeat(12),
  );
  const path = resolve(dir, 'texts.peft.yaml');
  await writeFile(path, recipe);
  return path;
}
