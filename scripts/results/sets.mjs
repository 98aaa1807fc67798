// The data sets of docs/results.md, in the order of its table. Adding one is an entry here and its recipe.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeModel } from './makeModel.mjs';
import { root } from './queue.mjs';

/**
 * - `recipe`: path in the repository; `title` and `about`: for the page.
 * - `metric`: what is compared; `also`: what is shown beside it.
 * - `search`: scales of the learning rates that every variant tries, `steps` long, and the validation metric that chooses.
 * - `files`: where the recipe looks for its data, and where that is in the folder of all data sets.
 * - `source`: for the page: whose data it is, with its licence, and what of it each of `files` is, in their order.
 * - `hasHead`: its task puts a head on the model, which every variant trains.
 * - `untuned`: what stands in its recipe for no training at all.
 * - `prepare`: makes what else the recipe needs.
 */
export const sets = [
  {
    id: 'sentiment',
    recipe: 'recipes/unified.peft.yaml',
    title: 'Sentiment',
    about: 'film review sentences (Sentence Polarity Dataset), all-MiniLM-L6-v2, 600 steps of 16 sentences',
    metric: 'accuracy',
    search: { scales: [0.3, 1, 3], steps: 300, metric: 'accuracy' },
    files: { 'mr/train.tsv': 'sentiment_mr/train.tsv', 'mr/test.tsv': 'sentiment_mr/dev.tsv' },
    source: {
      name: 'Sentence Polarity Dataset v1.0 (Pang and Lee 2005), as NLTK has it',
      address: 'https://github.com/nltk/nltk_data',
      licence: 'CC BY 4.0',
      parts: [
        'lines of `rt-polarity.pos` (label 1) and `rt-polarity.neg` (0) in `sentence_polarity.zip`, in turn, as TSV with `sentence` and `label`: of every ten lines of each the first nine',
        'of every ten lines of each the tenth',
      ],
    },
    hasHead: true,
  },
  {
    id: 'ner',
    recipe: 'recipes/results/ner.peft.yaml',
    title: 'Entities',
    about: 'named entities in short messages (WNUT-17), all-MiniLM-L6-v2, 600 steps of 16 messages',
    metric: 'f1',
    search: { scales: [1, 3, 10], steps: 150, metric: 'f1' },
    files: { 'wnut17/train.conll': 'ner_wnut17/train.conll', 'wnut17/dev.conll': 'ner_wnut17/dev.conll' },
    source: {
      name: 'WNUT-17',
      address: 'https://github.com/leondz/emerging_entities_17',
      licence: 'CC BY 4.0',
      parts: ['`wnut17train.conll`', '`emerging.dev.conll`'],
    },
    hasHead: true,
  },
  {
    id: 'nli',
    recipe: 'recipes/results/nli.peft.yaml',
    title: 'Natural-language inference',
    about: 'pairs of captions (a slice of SNLI), all-MiniLM-L6-v2, 300 steps of 16 pairs',
    metric: 'accuracy',
    search: { scales: [1, 3, 10], steps: 150, metric: 'accuracy' },
    files: { 'snli/train.jsonl': 'nli_snli/train.jsonl', 'snli/test.jsonl': 'nli_snli/dev.jsonl' },
    source: {
      name: 'SNLI 1.0',
      address: 'https://nlp.stanford.edu/projects/snli/',
      licence: 'CC BY-SA 4.0',
      parts: [
        'the first 1,289 pairs of `snli_1.0_dev.jsonl`',
        'the first 1,277 pairs of `snli_1.0_test.jsonl`',
      ],
    },
    hasHead: true,
  },
  {
    id: 'qa',
    recipe: 'recipes/results/qa.peft.yaml',
    title: 'Answers',
    about:
      'questions on paragraphs of Wikipedia (the English part of XQuAD), all-MiniLM-L6-v2, 200 steps of 16 windows',
    metric: 'f1',
    also: ['exact_match'],
    search: { scales: [1, 3, 10], steps: 100, metric: 'f1' },
    files: { 'xquad/train.json': 'qa_xquad/train.json', 'xquad/test.json': 'qa_xquad/dev.json' },
    source: {
      name: 'XQuAD, English',
      address: 'https://github.com/google-deepmind/xquad',
      licence: 'CC BY-SA 4.0',
      parts: ['the first 38 articles of `xquad.en.json`', 'its last 10 articles'],
    },
    hasHead: true,
  },
  {
    id: 'table-to-text',
    recipe: 'recipes/results/table-to-text.peft.yaml',
    title: 'Table to text',
    about: 'restaurants from their facts (E2E), a GPT-2 of 1.2 million parameters, 300 steps of 16 rows',
    metric: 'rougeL',
    also: ['bleu', 'perplexity'],
    search: { scales: [1, 3, 10], steps: 150, metric: 'perplexity' },
    files: { 'e2e/train.csv': 'table2text_e2e/train.csv', 'e2e/test.csv': 'table2text_e2e/dev.csv' },
    source: {
      name: 'E2E NLG Challenge',
      address: 'https://github.com/tuetschek/e2e-dataset',
      licence: 'CC BY-SA 4.0',
      parts: ['the first 5,400 rows of `trainset.csv`', 'the first 2,307 rows of `devset.csv`'],
    },
    untuned: 'one step of LN-tuning at a learning rate of 1e-6',
    prepare: makeModel,
  },
  {
    id: 'dialogue',
    recipe: 'recipes/results/dialogue.peft.yaml',
    title: 'Dialogue',
    about:
      "notes from a doctor's conversations (MTS-Dialog), cut to 128 tokens for training and perplexity, a GPT-2 of 1.2 million parameters, 200 steps of 16 conversations",
    metric: 'rougeL',
    also: ['bleu', 'perplexity'],
    search: { scales: [1, 3, 10], steps: 100, metric: 'perplexity' },
    files: { 'mts/train.csv': 'dialogue_mts/train.csv', 'mts/test.csv': 'dialogue_mts/dev.csv' },
    source: {
      name: 'MTS-Dialog',
      address: 'https://github.com/abachaa/MTS-Dialog',
      licence: 'CC BY 4.0',
      parts: ['`MTS-Dialog-TrainingSet.csv`', '`MTS-Dialog-ValidationSet.csv`'],
    },
    untuned: 'one step of LN-tuning at a learning rate of 1e-6',
    prepare: makeModel,
  },
];

/** The sets of `node SCRIPT FOLDER [ID...]`, all unless some are named, with their data and models in place. */
export async function askedSets([folder, ...ids]) {
  if (folder === undefined) throw new Error('expected the folder of the data sets');
  const unknown = ids.find((id) => !sets.some((set) => set.id === id));
  if (unknown !== undefined)
    throw new Error(`expected one of ${sets.map(({ id }) => id).join(', ')}, found ${unknown}`);
  const asked = ids.length === 0 ? sets : sets.filter(({ id }) => ids.includes(id));
  for (const { files, prepare } of asked) {
    for (const [place, source] of Object.entries(files))
      placeFile(join(root, '.cache/data', place), join(folder, source));
    await prepare?.(folder);
  }
  return asked;
}

function placeFile(to, from) {
  mkdirSync(dirname(to), { recursive: true });
  // A read-only copy could not be replaced.
  rmSync(to, { force: true });
  copyFileSync(from, to);
}

const measuredFile = (id) => join(root, 'scripts/results/measured', `${id}.json`);

/** What was measured of a set so far: `search` and `final`. */
export function measured({ id }) {
  return existsSync(measuredFile(id)) ? JSON.parse(readFileSync(measuredFile(id), 'utf8')) : {};
}

export function keepMeasured(set, part) {
  mkdirSync(dirname(measuredFile(set.id)), { recursive: true });
  writeFileSync(measuredFile(set.id), `${JSON.stringify({ ...measured(set), ...part }, undefined, 2)}\n`);
}
