import { describe, expect, it } from 'vitest';
import { exactMatch, f1, normalizedWords, squadMetrics } from '../../../src/core/squadMetrics.ts';

/** What evaluate-v1.1.py of SQuAD gives: prediction, right answer, exact match, F1. */
const recorded: [string, string, number, number][] = [
  ['The Denver Broncos', 'Denver Broncos', 1, 1],
  ['denver broncos!', 'The  Denver\u00a0Broncos.', 1, 1],
  ['an apple a day', 'apple the day', 1, 1],
  ['Broncos', 'Denver Broncos', 0, 2 / 3],
  ['Denver, Denver', 'Denver', 0, 2 / 3],
  ['10-20', '1020', 1, 1],
  // Punctuation beyond ASCII stays.
  ['«Rome»', 'Rome', 0, 0],
  ['Rome — Paris', 'Rome Paris', 0, 0.8],
  // An article is a word of its own, in every script.
  ['theé', 'é', 0, 0],
  ['a\u0301', '\u0301', 1, 1],
  // Where no word is left, there is nothing in common.
  ['', 'Rome', 0, 0],
  ['the', '', 1, 0],
];

it.each(recorded)('%j beside %j', (prediction, answer, exact, score) => {
  expect(exactMatch(prediction, answer)).toBe(exact);
  expect(f1(prediction, answer)).toBeCloseTo(score, 15);
});

describe('a question', () => {
  it('is measured by the answer that fits best, and the mean is over questions', () => {
    expect(
      squadMetrics([
        { prediction: 'Broncos', answers: ['Denver Broncos', 'the Broncos', 'Carolina'] },
        { prediction: 'Paris', answers: ['Rome'] },
      ]),
    ).toEqual({ f1: 0.5, exact_match: 0.5 });
  });
});

it('knows the white space of Python', () => {
  expect(normalizedWords('x\u0085y\u001cz\ufeffw\u3000v')).toEqual(['x', 'y', 'z\ufeffw', 'v']);
});
