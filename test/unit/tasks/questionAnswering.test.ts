import { bert } from '../../../src/models/bert.ts';
import { describe, expect, it } from 'vitest';
import { floatTensor } from '../../../src/core/tensor.ts';
import { answerTokens, bestSpans } from '../../../src/tasks/answerSpans.ts';
import { questionAnswering } from '../../../src/tasks/questionAnswering.ts';
import type { EncodeWindows } from '../../../src/tasks/task.ts';
import { dataOf } from '../../support/dataOf.ts';

const fields = (more: object = {}) => questionAnswering.fields.parse({ type: 'question-answering', ...more });

describe('fields', () => {
  it('have the names and values of Transformers', () => {
    expect(fields()).toEqual({
      type: 'question-answering',
      question: 'question',
      context: 'context',
      answers: 'answers',
      doc_stride: 128,
      max_answer_length: 30,
      n_best: 20,
    });
    expect(questionAnswering.usualLength).toBe(384);
  });
  it.each([[{ doc_stride: -1 }], [{ n_best: 0 }], [{ max_answer_length: 0 }], [{ max_length: 7 }]])(
    'refuse %j',
    (more) => {
      expect(() => fields(more)).toThrow(Object.keys(more)[0]);
    },
  );
  it('leave windows room to get on', () => {
    expect(
      questionAnswering.check?.(fields({ doc_stride: 59 }), { architecture: bert, longest: 64 }),
    ).toEqual([]);
    expect(questionAnswering.check?.(fields(), { architecture: bert, longest: 128 })).toMatchObject([
      { field: 'doc_stride', message: expect.stringContaining('at most 123') as string, better: 32 },
    ]);
  });
});

/** Tokens of a window: the first and the last are special, the others stand for these parts. */
const window = (...parts: [number, number][]) => ({
  starts: Int32Array.from([-1, ...parts.map(([start]) => start), -1]),
  ends: Int32Array.from([-1, ...parts.map(([, end]) => end), -1]),
});

describe('the tokens of an answer', () => {
  const words = window([4, 7], [8, 12], [12, 13], [14, 20]);
  it.each<[string, { text: string; start: number }, [number, number]]>([
    ['are those that it begins and ends with', { text: 'word.', start: 8 }, [2, 3]],
    ['may be the last of the window', { text: 'second', start: 14 }, [4, 4]],
    ['are all that it cuts', { text: 'or', start: 9 }, [2, 2]],
    ['are nowhere where it begins before the window', { text: '.. abc', start: 2 }, [0, 0]],
    ['are nowhere where it ends behind it', { text: 'second half', start: 14 }, [0, 0]],
  ])('%s', (_, answer, expected) => {
    expect(answerTokens(words, answer)).toEqual(expected);
  });
  it('are in order where they share a character', () => {
    expect(answerTokens(window([0, 1], [1, 2], [1, 2], [1, 2]), { text: '\u{1F600}', start: 1 })).toEqual([
      2, 2,
    ]);
  });
  it('are nowhere in a window without context', () => {
    expect(answerTokens(window(), { text: 'a', start: 0 })).toEqual([0, 0]);
  });
});

/** Logits of tokens, each for the beginning and the end. */
const logitsOf = (...tokens: [number, number][]) => floatTensor([tokens.length, 2], tokens.flat());
const most = { n_best: 20, max_answer_length: 30 };

describe('the best answers', () => {
  const words = window([0, 3], [4, 7], [8, 11]);
  const logits = logitsOf([9, 9], [0, 1], [5, 0], [1, 4], [8, 8]);
  it('lie in the context, in order, best first', () => {
    const best = bestSpans([{ ...words, logits }], most);
    expect(best.map(({ start, end }) => [start, end])).toEqual([
      [4, 11],
      [4, 7],
      [8, 11],
      [0, 11],
      [0, 3],
      [0, 7],
    ]);
    expect(best.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 12);
    expect(best[0].probability / best[1].probability).toBeCloseTo(Math.exp(4), 8);
  });
  it('are no longer than they may be', () => {
    const [{ start, end }] = bestSpans([{ ...words, logits }], { ...most, max_answer_length: 1 });
    expect([start, end]).toEqual([4, 7]);
  });
  it('are made of the likeliest tokens alone, which may be none of the context', () => {
    expect(bestSpans([{ ...words, logits }], { ...most, n_best: 2 })).toEqual([]);
    expect(bestSpans([{ ...words, logits }], { ...most, n_best: 3 })).toHaveLength(1);
  });
  it('are those of the best window', () => {
    const other = { ...window([12, 15], [16, 19]), logits: logitsOf([0, 0], [7, 7], [0, 0], [0, 0]) };
    const [{ start, end }] = bestSpans([{ ...words, logits }, other], most);
    expect([start, end]).toEqual([12, 15]);
  });
});

describe('a question', () => {
  const context = '\u{1F600} ab cd';
  const row = {
    index: 4,
    line: 9,
    name: 'q',
    values: { question: ' Which?', context },
    answers: {
      answers: [
        { text: 'cd', start: 5 },
        { text: 'ab', start: 2 },
      ],
    },
  };
  const asked: string[] = [];
  /** Two windows with a word each. */
  const windows: EncodeWindows = (question) => {
    asked.push(question);
    const cut = [window([2, 4]), window([5, 7])];
    return {
      windows: cut.map((each) => ({ ...each, ids: new Int32Array(3), typeIds: new Int32Array(3) })),
      room: 1,
    };
  };
  const encode = {
    text: () => expect.unreachable('text'),
    words: () => expect.unreachable('words'),
    ids: () => expect.unreachable('ids'),
    maxLength: 64,
    windows,
  };
  const examples = questionAnswering.features(fields(), dataOf(row), [], encode);
  const logits = [logitsOf([0, 0], [1, 1], [0, 0]), logitsOf([0, 0], [3, 3], [0, 0])];

  it('is an example for each window of its context', () => {
    expect(asked).toEqual(['Which?']);
    expect(examples.map(({ id, targets }) => [id, [...targets]])).toEqual([
      [4, [0, 0]],
      [4, [1, 1]],
    ]);
  });
  it('has one prediction, at its place in the context', () => {
    const [prediction, ...more] = questionAnswering.decode!(fields(), logits, examples, []);
    expect(more).toEqual([]);
    expect(prediction).toEqual({
      id: 4,
      question_id: 'q',
      question: ' Which?',
      context,
      prediction: 'cd',
      start: 5,
      end: 7,
      label: ['cd', 'ab'],
      scores: [
        { text: 'cd', probability: expect.closeTo(0.982, 3) as number },
        { text: 'ab', probability: expect.closeTo(0.018, 3) as number },
      ],
    });
  });
  it('has the likeliest texts in their order, numbers too', () => {
    const numbers = examples.map((example) => ({ ...example, context: '\u{1F600} 10 99' }));
    const [{ scores }] = questionAnswering.decode!(fields(), logits, numbers, []);
    const read = JSON.parse(JSON.stringify(scores)) as { text: string }[];
    expect(read.map(({ text }) => text)).toEqual(['99', '10']);
  });
  it('is measured once, by any of its answers', () => {
    expect(questionAnswering.metrics(fields(), logits, examples, [])).toEqual({ f1: 1, exact_match: 1 });
    expect(questionAnswering.metrics(fields(), [...logits].reverse(), examples, []).f1).toBe(1);
  });
  it('without an answer among the likeliest tokens has an empty one', () => {
    const nowhere = [0, 1].map(() => logitsOf([9, 9], [1, 1], [8, 8]));
    const [prediction] = questionAnswering.decode!(fields({ n_best: 2 }), nowhere, examples, []);
    expect(prediction).toMatchObject({ prediction: '', scores: [] });
    expect(prediction).not.toHaveProperty('start');
    expect(questionAnswering.metrics(fields({ n_best: 2 }), nowhere, examples, []).f1).toBe(0);
  });
  it('that leaves its context no room is refused with its place', () => {
    const none = { ...encode, windows: () => ({ windows: [], room: 12 }) };
    expect(() => questionAnswering.features(fields(), dataOf(row), [], none)).toThrow(
      'data/texts.csv:9: expected the question "q" that leaves more tokens to its context than `doc_stride` (128), found room for 12',
    );
  });
});
