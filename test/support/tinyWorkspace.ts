import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { parseRecipe } from '../../src/recipe/parse.ts';
import { withPaths, writeResolved } from '../../src/recipe/resolved.ts';
import { createRun } from '../../src/runs/createRun.ts';
import { tinyConfig, writeModelFolder, writeTokenizer } from './checkpoints.ts';

/** A sentence of the tiny tokenizer's words that is good or bad. */
function sentence(i: number, split: string): string {
  const draw = (k: number, words: string[]) =>
    words[Math.floor(uniformAt(keyOf(split, i), k) * words.length)];
  const judgement = i % 2 === 0 ? 'good' : 'bad';
  const rest = Array.from({ length: 1 + Math.floor(uniformAt(keyOf(split, i, 'length'), 0) * 8) }, (_, k) =>
    draw(k, ['the', 'cat', 'dog', 'film', 'sat', 'on', 'a', 'mat']),
  );
  return [...rest, draw(99, ['was', 'very']), judgement].join(' ');
}

export const tinyRecipe = `version: 1
model: ./model
task:
  type: text-classification
  train: train.tsv
  validation: dev.tsv
  test: test.tsv
  text: text
  label: label
  max_length: 16
  pooling: mean
methods:
  ln_tuning: {}
training:
  num_train_epochs: 3
  per_device_train_batch_size: 4
  learning_rate: 3.0e-2
  logging_steps: 3
  warmup_steps: 0.1
`;

/** Writes a tiny model with dropout, data and a recipe into an empty folder; returns the recipe's path. */
export async function writeTinyWorkspace(
  dir: string,
  { recipe = tinyRecipe, rows = 60, dropout = 0.1 } = {},
): Promise<string> {
  await mkdir(resolve(dir, 'model'));
  const config = { ...tinyConfig, hidden_dropout_prob: dropout, attention_probs_dropout_prob: dropout };
  await writeModelFolder(resolve(dir, 'model'), { config });
  await writeTokenizer(resolve(dir, 'model'));
  for (const [split, count] of Object.entries({ train: rows, dev: 20, test: 20 })) {
    const lines = Array.from(
      { length: count },
      (_, i) => `${sentence(i, split)}\t${i % 2 === 0 ? 'positive' : 'negative'}\n`,
    );
    await writeFile(resolve(dir, `${split}.tsv`), `text\tlabel\n${lines.join('')}`);
  }
  const path = resolve(dir, 'tiny.peft.yaml');
  await writeFile(path, recipe);
  return path;
}

/** Puts the first run of a recipe into the queue, as the command line does; returns its folder. */
export async function queueTinyRun(
  recipePath: string,
  runsDir: string,
  change: (text: string) => string = (text) => text,
): Promise<string> {
  const { recipe, problems } = parseRecipe(change(await readFile(recipePath, 'utf8')), recipePath);
  if (recipe === undefined) throw new Error(JSON.stringify(problems));
  const configuration = withPaths(recipe.configurations[0], (path) => resolve(recipePath, '..', path));
  const recipeText = writeResolved(configuration, recipe.seeds[0]);
  const { name: recipeName, variant } = configuration;
  return (
    await createRun(runsDir, { recipeText, recipeName, variant, seed: recipe.seeds[0], now: new Date() })
  ).dir;
}
