import { mkdir, writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { keyOf, uniformAt } from '../../src/core/random.ts';
import { gentleWeights } from './gentleWeights.ts';
import { tinyConfig, writeModelFolder, writeTokenizer } from './checkpoints.ts';

export const tinyAnswersRecipe = `version: 1
model: ./model
task:
  type: question-answering
  train: train.json
  validation: dev.json
  test: test.jsonl
  max_length: 24
  doc_stride: 6
  max_answer_length: 4
methods:
  full: {}
training:
  num_train_epochs: 8
  per_device_train_batch_size: 4
  learning_rate: 5.0e-3
  logging_steps: 10
`;

interface Question {
  readonly id: string;
  readonly question: string;
  readonly answers: readonly { text: string; answer_start: number }[];
}

interface Paragraph {
  readonly context: string;
  readonly qas: readonly Question[];
}

const fillers = 'the,a,dog,film,sat,on,mat,running,not,was,\u{1F600}'.split(',');

/** A text of 12 to 20 words with one animal in it, asked for by its kind of answer: `very bad cat` or `very good cat`. */
function paragraph(i: number, split: string): Paragraph {
  const draw = (k: number, below: number) => Math.floor(uniformAt(keyOf(split, i), k) * below);
  const words = Array.from({ length: 12 + draw(0, 9) }, (_, k) => fillers[draw(k + 1, fillers.length)]);
  const answer = `very ${draw(50, 2) === 0 ? 'good' : 'bad'} cat`;
  const at = draw(51, words.length);
  const context = [...words.slice(0, at), answer, ...words.slice(at)].join(' ');
  const start = Array.from([...words.slice(0, at), ''].join(' ')).length;
  return {
    context,
    qas: [{ id: `${split}-${i}`, question: 'very cat', answers: [{ text: answer, answer_start: start }] }],
  };
}

export function tinyParagraphs(split: string, count: number): Paragraph[] {
  return Array.from({ length: count }, (_, i) => paragraph(i, split));
}

/** As data sets of Hugging Face are written: a question a line. */
export function flat(paragraphs: readonly Paragraph[]): string {
  return paragraphs
    .flatMap(({ context, qas }) =>
      qas.map(({ id, question, answers }) => {
        const text = answers.map((answer) => answer.text);
        const answer_start = answers.map((answer) => answer.answer_start);
        return `${JSON.stringify({ id, question, context, answers: { text, answer_start } })}\n`;
      }),
    )
    .join('');
}

export function nested(paragraphs: readonly Paragraph[]): string {
  return JSON.stringify({ version: '1.1', data: [{ title: 'tiny', paragraphs }] });
}

/** Writes a tiny model, questions in two formats, and a recipe into an empty folder; returns the recipe's path. */
export async function writeTinyAnswers(dir: string, { recipe = tinyAnswersRecipe, rows = 80 } = {}) {
  const config = { ...tinyConfig, hidden_size: 16 };
  await mkdir(resolve(dir, 'model'));
  await writeModelFolder(resolve(dir, 'model'), { config, weights: gentleWeights(config) });
  await writeTokenizer(resolve(dir, 'model'));
  await writeFile(resolve(dir, 'train.json'), nested(tinyParagraphs('train', rows)));
  await writeFile(resolve(dir, 'dev.json'), nested(tinyParagraphs('dev', 20)));
  await writeFile(resolve(dir, 'test.jsonl'), flat(tinyParagraphs('test', 20)));
  const path = resolve(dir, 'answers.peft.yaml');
  await writeFile(path, recipe);
  return path;
}
