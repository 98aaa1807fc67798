import { expect, it } from 'vitest';
import { cutAtCodePoints } from '../../../src/core/codePoints.ts';
import { wordOverlap } from '../../../src/core/wordOverlap.ts';

it.each([
  ['the cat', 'The CAT!', 1],
  ['the cat', 'a dog', 0],
  ['the the cat', 'the cat cat', 2 / 3],
  ['', '', 1],
  ['...', '', 1],
  ['', 'cat', 0],
  ['Zürich', 'ZÜRICH', 1],
  ['constructor __proto__', 'x', 0],
])('%j and %j have %d of their words in common', (a, b, overlap) => {
  expect(wordOverlap(a, b)).toBeCloseTo(overlap, 12);
  expect(wordOverlap(b, a)).toBeCloseTo(overlap, 12);
});

it.each([
  ['abc', 1, 2, ['a', 'b', 'c']],
  ['🙂b🙂', 0, 1, ['', '🙂', 'b🙂']],
  ['🙂b🙂', 1, 3, ['🙂', 'b🙂', '']],
  ['ab', 1, 9, ['a', 'b', '']],
  ['ab', 5, 2, ['ab', '', '']],
])('%j is cut from code point %d to %d', (text, start, end, parts) => {
  const { before, inside, after } = cutAtCodePoints(text, start, end);
  expect([before, inside, after]).toEqual(parts);
});
