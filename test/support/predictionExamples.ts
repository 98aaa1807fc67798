import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { runPaths } from '../../src/runs/runPaths.ts';
import { writeRun } from './recordedRuns.ts';

/** Lines as runs of each task write them, some right and some wrong, by task. */
export const predictionExamples: Readonly<Record<string, readonly object[]>> = {
  'text-classification': [
    {
      id: 0,
      text: 'a film that never finds its feet',
      prediction: 'negative',
      label: 'negative',
      scores: { negative: 0.9, positive: 0.1 },
    },
    {
      id: 1,
      text: 'warm , funny and a little wise',
      prediction: 'negative',
      label: 'positive',
      scores: { negative: 0.8, positive: 0.2 },
    },
    {
      id: 2,
      text: 'you will not be bored',
      prediction: 'positive',
      label: 'positive',
      scores: { negative: 0.4, positive: 0.6 },
    },
    {
      id: 3,
      text: 'clever , and cold to the touch',
      prediction: 'positive',
      label: 'negative',
      scores: { negative: 0.01, positive: 0.99 },
    },
  ],
  'token-classification': [
    {
      id: 0,
      tokens: ['Ada', 'Lovelace', 'lived', 'in', 'London', '.'],
      prediction: ['B-PER', 'I-PER', 'O', 'O', 'B-LOC', 'O'],
      label: ['B-PER', 'I-PER', 'O', 'O', 'B-LOC', 'O'],
      scores: [0.99, 0.98, 0.99, 0.99, 0.97, 0.99],
      entities: [
        { type: 'PER', start: 0, end: 2, text: 'Ada Lovelace' },
        { type: 'LOC', start: 4, end: 5, text: 'London' },
      ],
    },
    {
      id: 1,
      tokens: ['The', 'Bank', 'of', 'England', 'moved', 'to', 'Threadneedle', 'Street', 'in', '1734', '.'],
      prediction: ['O', 'O', 'O', 'B-LOC', 'O', 'O', 'B-LOC', 'O', 'O', 'B-MISC', 'O'],
      label: ['O', 'B-ORG', 'I-ORG', 'I-ORG', 'O', 'O', 'B-LOC', 'I-LOC', 'O', 'O', 'O'],
      scores: [0.99, 0.6, 0.5, 0.7, 0.99, 0.99, 0.8, 0.5, 0.99, 0.55, 0.99],
      entities: [{ type: 'LOC', start: 3, end: 4, text: 'England' }],
    },
    {
      id: 2,
      tokens: ['Nobody', 'from', 'Siemens', 'came', '.'],
      prediction: ['O', 'O', 'B-ORG', 'O', 'O'],
      label: ['O', 'O', 'B-ORG', 'O', 'O'],
      scores: [0.9, 0.9, 0.9, 0.9, null],
      entities: [{ type: 'ORG', start: 2, end: 3, text: 'Siemens' }],
    },
  ],
  'question-answering': [
    {
      id: 0,
      question: 'Where does the river rise?',
      context: '𝐓𝐡𝐞 river rises in the Black Forest and flows east through ten countries to the Black Sea.',
      prediction: 'the Black Forest',
      label: ['the Black Forest', 'Black Forest'],
      start: 19,
      end: 35,
    },
    {
      id: 1,
      question: 'Into which sea does it flow?',
      context: 'The river rises in the Black Forest and flows east through ten countries to the Black Sea.',
      prediction: 'the Black Forest',
      label: ['the Black Sea'],
      start: 19,
      end: 35,
    },
    {
      id: 2,
      question: 'How many countries does it cross?',
      context: 'The river rises in the Black Forest and flows east through ten countries to the Black Sea.',
      prediction: '',
      label: ['ten'],
      start: null,
      end: null,
    },
  ],
  'text-generation': [
    {
      id: 0,
      input: 'name[The Eagle], food[Italian], area[riverside]\n',
      prediction: 'The Eagle serves Italian food by the river.',
      label: [
        'The Eagle is an Italian restaurant by the riverside.',
        'By the river, The Eagle serves Italian food.',
      ],
    },
    {
      id: 1,
      input: 'name[The Mill], priceRange[cheap]\n',
      prediction: 'The Mill is a place.',
      label: 'The Mill is cheap.',
    },
    { id: 2, input: 'name[Strada]\n', prediction: 'Lorem ipsum', label: 'There is a place called Strada.' },
  ],
};

/** A finished run of a task; `files`: text of its files of predictions by name. Returns its folder. */
export function writePredictedRun(
  runsDir: string,
  task: string,
  files: Readonly<Record<string, string>> = { test: linesOf(predictionExamples[task]) },
  { id = task, seed = 0 }: { id?: string; seed?: number } = {},
): string {
  const dir = writeRun(runsDir, id, {
    record: { recipe: task, variant: 'ln', seed },
    recipe: `version: 1\nname: ${task}\ntask:\n  type: ${task}\n  train: data/train.tsv\nmethods: {}\n`,
  });
  for (const [name, text] of Object.entries(files)) {
    const path = runPaths(dir).predictions(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return dir;
}

export function linesOf(lines: readonly object[]): string {
  return lines.map((line) => `${JSON.stringify(line)}\n`).join('');
}
