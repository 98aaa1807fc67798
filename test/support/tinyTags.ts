import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { tinyConfig, writeModelFolder, writeTokenizer } from './checkpoints.ts';
import { gentleWeights } from './gentleWeights.ts';

export const tinyTagsRecipe = `version: 1
model: ./model
task:
  type: token-classification
  train: train.conll
  validation: dev.conll
  test: test.jsonl
  max_length: 16
methods:
  full: {}
training:
  num_train_epochs: 6
  per_device_train_batch_size: 4
  learning_rate: 5.0e-3
  logging_steps: 10
`;

const phrases = 'the,cat,dogs,film,sat,on,a,mat,very good,very bad,running'.split(',');

/** Animals are one word, views two. */
function tagOf(word: string): string {
  if (word === 'cat' || word === 'dogs') return 'B-animal';
  if (word === 'very') return 'B-view';
  if (word === 'good' || word === 'bad') return 'I-view';
  return 'O';
}

function sentence(i: number, split: string) {
  const draw = (k: number, below: number) => Math.floor(uniformAt(keyOf(split, i), k) * below);
  const drawn = Array.from({ length: 2 + draw(0, 7) }, (_, k) => phrases[draw(k + 1, phrases.length)]);
  const tokens = drawn.flatMap((phrase) => phrase.split(' '));
  return { tokens, tags: tokens.map(tagOf) };
}

const config = { ...tinyConfig, hidden_size: 16 };

/** Writes a tiny model, sentences with tags in two formats, and a recipe into an empty folder; returns the recipe's path. */
export async function writeTinyTags(
  dir: string,
  { recipe = tinyTagsRecipe, rows = 60 } = {},
): Promise<string> {
  await mkdir(resolve(dir, 'model'));
  await writeModelFolder(resolve(dir, 'model'), { config, weights: gentleWeights(config) });
  await writeTokenizer(resolve(dir, 'model'));
  const list = (split: string, count: number) => Array.from({ length: count }, (_, i) => sentence(i, split));
  const conll = (split: string, count: number) =>
    list(split, count)
      .map(({ tokens, tags }) => tokens.map((word, k) => `${word}\t${tags[k]}\n`).join(''))
      .join('\t\n');
  await writeFile(resolve(dir, 'train.conll'), conll('train', rows));
  await writeFile(resolve(dir, 'dev.conll'), conll('dev', 20));
  await writeFile(
    resolve(dir, 'test.jsonl'),
    list('test', 20)
      .map((each) => `${JSON.stringify(each)}\n`)
      .join(''),
  );
  const path = resolve(dir, 'tags.peft.yaml');
  await writeFile(path, recipe);
  return path;
}
