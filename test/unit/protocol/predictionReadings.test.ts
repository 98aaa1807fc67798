import { describe, expect, it } from 'vitest';
import { confusionOf, pairKey } from '../../../src/protocol/predictions/textClassification.ts';
import {
  judgedEntities,
  outcomeKey,
  outcomesByType,
  type TaggedLine,
} from '../../../src/protocol/predictions/tokenClassification.ts';
import {
  answerInContext,
  verdictKey,
  verdictOf,
  type AnswerLine,
} from '../../../src/protocol/predictions/questionAnswering.ts';
import { referenceOverlap, type GeneratedLine } from '../../../src/protocol/predictions/textGeneration.ts';
import type { AnyLine } from '../../../src/protocol/predictions/reading.ts';
import {
  isPredictionTask,
  predictionReadings,
  type PredictionTask,
} from '../../../src/protocol/predictions/registry.ts';
import { tasks } from '../../../src/tasks/registry.ts';
import { squadMetrics } from '../../../src/core/squadMetrics.ts';
import { predictionExamples } from '../../support/predictionExamples.ts';

/** The lines of a task, as its reading understands them. */
function read(task: PredictionTask, lines: readonly object[] = predictionExamples[task]): AnyLine[] {
  return lines.map((line) => predictionReadings[task].schema.parse(line));
}

/** Sums over lines, as an index makes them. */
function tallyOf(task: PredictionTask, lines: readonly AnyLine[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of lines)
    for (const [key, count] of predictionReadings[task].tally(line)) sums[key] = (sums[key] ?? 0) + count;
  return sums;
}

const worstIds = (task: PredictionTask) => {
  const { rank } = predictionReadings[task];
  return read(task)
    .sort((a, b) => rank(b)! - rank(a)!)
    .map(({ id }) => id);
};

it('every task that predicts something of a row has a reading', () => {
  for (const id of Object.keys(tasks)) expect(isPredictionTask(id), id).toBe(id !== 'language-modeling');
});

describe.each(Object.keys(predictionReadings) as PredictionTask[])('%s', (task) => {
  it('reads its lines and leaves out what it does not know', () => {
    const line = predictionExamples[task][0];
    expect(read(task, [{ ...line, later: 1 }])).toEqual(read(task, [line]));
  });

  it.each(['id', 'prediction'])('refuses a line without %s', (field) => {
    const line = { ...predictionExamples[task][0], [field]: undefined };
    expect(predictionReadings[task].schema.safeParse(line).success).toBe(false);
  });

  it('neither ranks nor judges what it does not know the truth of', () => {
    const unlabelled = predictionExamples[task].map((line) => ({ ...line, label: undefined }));
    for (const line of read(task, unlabelled)) {
      expect(predictionReadings[task].rank(line)).toBeUndefined();
      for (const key of predictionReadings[task].tally(line).keys()) expect(key).toContain('unlabelled');
    }
  });
});

describe('text-classification', () => {
  it('puts the least probable truth first, whatever was predicted', () => {
    expect(worstIds('text-classification')).toEqual([3, 1, 2, 0]);
  });

  it('ranks a label that the model does not have before all others', () => {
    const [line] = read('text-classification', [
      { ...predictionExamples['text-classification'][0], label: 'mixed' },
    ]);
    expect(predictionReadings['text-classification'].rank(line)).toBe(Infinity);
    const [odd] = read('text-classification', [
      { ...predictionExamples['text-classification'][0], label: 'constructor' },
    ]);
    expect(predictionReadings['text-classification'].rank(odd)).toBe(Infinity);
  });

  it('counts who was taken for whom', () => {
    const tally = tallyOf('text-classification', read('text-classification'));
    expect(confusionOf(tally)).toEqual({
      labels: ['negative', 'positive'],
      counts: [
        [1, 1],
        [1, 1],
      ],
      totals: [2, 2],
      labelCount: 2,
      right: 2,
      total: 4,
    });
  });

  it('keeps the labels with the most errors, and the totals of all', () => {
    const tally = {
      [pairKey('a', 'a')]: 5,
      [pairKey('b', 'c')]: 3,
      [pairKey('c', 'c')]: 2,
      [pairKey('c', 'a')]: 1,
      [pairKey('a, "b"', 'c')]: 1,
    };
    expect(confusionOf(tally, 2)).toEqual({
      labels: ['b', 'c'],
      counts: [
        [0, 3],
        [0, 2],
      ],
      totals: [3, 3],
      labelCount: 4,
      right: 7,
      total: 12,
    });
  });
});

describe('token-classification', () => {
  const line = (label: string, prediction: string): Pick<TaggedLine, 'label' | 'prediction'> => ({
    label: label.split(' '),
    prediction: prediction.split(' '),
  });

  it('takes an entity for right as a whole: its words and its type', () => {
    const { gold, predicted } = judgedEntities(line('B-PER I-PER O B-LOC B-ORG', 'B-PER O O B-LOC B-LOC'));
    expect(gold!.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'PER missed',
      'LOC right',
      'ORG missed',
    ]);
    expect(predicted.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual([
      'PER spurious',
      'LOC right',
      'LOC spurious',
    ]);
  });

  it('puts the sentence with the most wrong entities first, and counts outcomes by type', () => {
    expect(worstIds('token-classification')).toEqual([1, 0, 2]);
    const tally = tallyOf('token-classification', read('token-classification'));
    expect(tally[outcomeKey('LOC', 'spurious')]).toBe(2);
    expect(outcomesByType({ tally, isRanked: true })).toEqual([
      { type: 'LOC', counts: { right: 1, missed: 1, spurious: 2 } },
      { type: 'MISC', counts: { right: 0, missed: 0, spurious: 1 } },
      { type: 'ORG', counts: { right: 1, missed: 1, spurious: 0 } },
      { type: 'PER', counts: { right: 1, missed: 0, spurious: 0 } },
    ]);
    expect(outcomesByType({ tally: {}, isRanked: true })).toEqual([]); // labelled, without an entity
    expect(outcomesByType({ tally: {}, isRanked: false })).toBeUndefined();
  });

  it('refuses a line with more tags than words', () => {
    const [first] = predictionExamples['token-classification'] as { prediction: string[] }[];
    const { schema } = predictionReadings['token-classification'];
    const { success, error } = schema.safeParse({ ...first, prediction: [...first.prediction, 'O'] });
    expect([success, error?.issues[0].message]).toEqual([
      false,
      'expected as many tags and scores as tokens',
    ]);
  });
});

describe('question-answering', () => {
  const lines = () => read('question-answering') as AnswerLine[];

  it('cuts the answer out of its context by code points', () => {
    const [first] = lines();
    expect(first.context.codePointAt(0)).toBeGreaterThan(0xffff);
    const cut = answerInContext(first)!;
    expect(cut.inside).toBe('the Black Forest');
    expect(cut.before + cut.inside + cut.after).toBe(first.context);
  });

  it('marks nothing where no place is told, or another text stands there', () => {
    const [first, , none] = lines();
    expect(answerInContext(none)).toBeUndefined();
    for (const place of [
      { start: 18, end: 34 },
      { start: -1, end: 3 },
      { start: 35, end: 19 },
      { start: 1000, end: 1016 },
    ])
      expect(answerInContext({ ...first, ...place })).toBeUndefined();
  });

  it('judges by the nearest right answer, and no answer by there being none', () => {
    expect(lines().map(verdictOf)).toEqual(['exact', 'partial', 'wrong']);
    const [, , none] = lines();
    expect(verdictOf({ ...none, label: [] })).toBe('exact');
    expect(verdictOf({ ...none, label: [], prediction: 'ten' })).toBe('wrong');
    expect(worstIds('question-answering')).toEqual([2, 1, 0]);
  });

  it('calls exact what the metrics of a run do', () => {
    const [first] = lines();
    const cases: [prediction: string, label: string[], verdict: string][] = [
      ['the Black Forest', ['Black Forest'], 'exact'], // an article
      ['a the', ['The'], 'exact'], // no word is left
      ['Forest Black', ['Black Forest'], 'partial'], // the same words in another order
      ['well-known', ['well known'], 'wrong'], // punctuation goes without a blank
      ['caf\u00e9', ['cafe'], 'wrong'],
    ];
    const answered = cases.map(([prediction, label]) => ({ ...first, prediction, label }));
    expect(answered.map(verdictOf)).toEqual(cases.map(([, , verdict]) => verdict));
    const { exact_match } = squadMetrics(
      answered.map(({ prediction, label: answers }) => ({ prediction, answers })),
    );
    expect(tallyOf('question-answering', answered)[verdictKey('exact')] / cases.length).toBe(exact_match);
  });
});

describe('text-generation', () => {
  it('is measured by the nearest of the references', () => {
    const [first, second] = read('text-generation') as GeneratedLine[];
    expect(referenceOverlap(first)).toBe(1);
    expect(referenceOverlap(second)).toBeCloseTo((2 * 3) / 9, 12);
    expect(worstIds('text-generation')).toEqual([2, 1, 0]);
  });
});
