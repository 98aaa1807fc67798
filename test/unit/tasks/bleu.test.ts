import { describe, expect, it } from 'vitest';
import { bleu } from '../../../src/tasks/bleu.ts';
import { tokenize13a } from '../../../src/tasks/tokenize13a.ts';

it.each([
  ['', []],
  ['It wasn\'t "so".', ['It', "wasn't", '"', 'so', '"', '.']],
  ['1,000.5 a,b 5. 2-3 x-2', ['1,000.5', 'a', ',', 'b', '5', '.', '2', '-', '3', 'x-2']],
  ['&amp;lt; &quot;', ['<', '"']],
  ['co-\noperate\non', ['cooperate', 'on']],
  ['a\u0085b\u001cc\ufeffd', ['a', 'b', 'c\ufeffd']],
  ['😀.😀', ['😀', '.', '😀']],
])('tokens of 13a: %j', (text, tokens) => {
  expect(tokenize13a(text)).toEqual(tokens);
});

describe('BLEU', () => {
  it('of the example that sacrebleu documents', () => {
    const corpus = [
      {
        hypothesis: 'The dog bit the man.',
        references: ['The dog bit the man.', 'The dog had bit the man.'],
      },
      {
        hypothesis: "It wasn't surprising.",
        references: ['It was not unexpected.', 'No one was surprised.'],
      },
      {
        hypothesis: 'The man had just bitten him.',
        references: ['The man bit him first.', 'The man had bitten the dog.'],
      },
    ];
    expect(bleu(corpus)).toBeCloseTo(0.48530827009929865, 12);
  });
  it('is 1 where every text is one of its references, however many there are', () => {
    const corpus = [
      { hypothesis: 'a b c d e', references: ['x', 'a b c d e'] },
      { hypothesis: 'f g h i', references: ['f g h i'] },
    ];
    expect(bleu(corpus)).toBe(1);
  });
  it('halves a precision of nothing for each order that finds nothing, and punishes what is too short', () => {
    // 2/5, 1/4, then 1/(2*3) and 1/(4*2); 5 tokens for 6.
    const expected = Math.exp(1 - 6 / 5) * ((2 / 5) * (1 / 4) * (1 / 6) * (1 / 8)) ** (1 / 4);
    expect(bleu([{ hypothesis: 'a b x y z', references: ['a b c d e f'] }])).toBeCloseTo(expected, 12);
  });
  it('compares with the closest length, the shorter of two', () => {
    const hypothesis = 'a b c d e';
    const longer = 'a b c d e f';
    expect(bleu([{ hypothesis, references: [longer, 'a b c d'] }])).toBe(1);
    expect(bleu([{ hypothesis, references: [longer, 'a b c'] }])).toBeCloseTo(Math.exp(1 - 6 / 5), 12);
  });
  it('counts a word no more often than one reference has it', () => {
    // The second reference has "a" three times of five, "a a" twice of four, "a a a" once of three; nothing of four, halved.
    const expected = ((3 / 5) * (2 / 4) * (1 / 3) * (1 / 4)) ** (1 / 4);
    expect(bleu([{ hypothesis: 'a a a a a', references: ['a b', 'a a a b c', 'b a'] }])).toBeCloseTo(
      expected,
      12,
    );
  });
  it('is 0 where nothing is found, generated, or long enough', () => {
    for (const hypothesis of ['x y z w v', '', 'a b c'])
      expect(bleu([{ hypothesis, references: ['a b c'] }])).toBe(0);
    expect(bleu([])).toBe(0);
  });
});
