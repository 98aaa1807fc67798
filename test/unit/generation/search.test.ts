import { describe, expect, it } from 'vitest';
import { beamSearch } from '../../../src/generation/beamSearch.ts';
import { repeating } from '../../../src/generation/repetition.ts';
import { sample } from '../../../src/generation/sample.ts';
import { single } from '../../../src/generation/single.ts';
import { topIndices } from '../../../src/generation/topIndices.ts';

const END = 0;

/** Logits of four tokens, the first of which ends a text. */
const of = (...probabilities: number[]) => Float32Array.from(probabilities, Math.log);

it('takes the largest values in order, of equal ones the first', () => {
  expect(topIndices([3, 9, 1, 9, 4], 3)).toEqual([1, 3, 4]);
  expect(topIndices([2, 1], 5)).toEqual([0, 1]);
  expect(topIndices([-Infinity, -Infinity], 1)).toEqual([0]);
});

describe('tokens that would repeat', () => {
  it('are those behind each earlier place of the last tokens', () => {
    expect(repeating([7, 8, 9, 7, 8, 5, 7, 8], 3)).toEqual([9, 5]);
  });

  it('are all that stand there where one token may not be written twice', () => {
    expect(repeating([7, 8], 1)).toEqual([7, 8]);
  });

  it('are none in a text that is too short, or where any may', () => {
    expect(repeating([7], 3)).toEqual([]);
    expect(repeating([7, 7, 7], 0)).toEqual([]);
  });
});

describe('a draw', () => {
  const logits = of(0.1, 0.4, 0.3, 0.2);
  const all = { temperature: 1, top_k: 0, top_p: 1 };
  const share = (settings: typeof all, token: number) =>
    Array.from({ length: 1000 }, (_, i) => sample(logits, settings, i / 1000)).filter((t) => t === token)
      .length / 1000;

  it('has each token with its probability', () => {
    expect([0, 1, 2, 3].map((token) => share(all, token))).toEqual([
      expect.closeTo(0.1, 2),
      expect.closeTo(0.4, 2),
      expect.closeTo(0.3, 2),
      expect.closeTo(0.2, 2),
    ]);
  });

  it('has those of the top alone, by number', () => {
    expect(share({ ...all, top_k: 2 }, 1)).toBeCloseTo(4 / 7, 2);
    expect(share({ ...all, top_k: 2 }, 3)).toBe(0);
  });

  it('has those of the top alone, by probability: the token that crosses the bound is the last', () => {
    expect(share({ ...all, top_p: 0.6 }, 2)).toBeCloseTo(3 / 7, 2);
    expect(share({ ...all, top_p: 0.6 }, 3)).toBe(0);
    expect(share({ ...all, top_p: 0.01 }, 1)).toBe(1);
  });

  it('is bolder when hot, and sure when cold', () => {
    expect(share({ ...all, temperature: 100 }, 0)).toBeCloseTo(0.25, 1);
    expect(share({ ...all, temperature: 0.01 }, 1)).toBe(1);
  });

  it('takes a token that may be taken', () => {
    expect(sample(of(0, 0, 1, 0), all, 0.9999)).toBe(2);
  });
});

describe('one version', () => {
  it('ends with the ending token, which is not written', () => {
    const tokens = [3, 2, END];
    const text = single([1], { eosTokenId: END, most: 9 }, () => tokens.shift()!);
    expect(text.next([of(1)])).toEqual({ versions: [0], tokens: [3] });
    expect(text.next([of(1)])).toEqual({ versions: [0], tokens: [2] });
    expect(text.next([of(1)])).toBeUndefined();
    expect(text.written).toEqual([3, 2]);
  });

  it('ends after so many tokens', () => {
    const text = single([1], { eosTokenId: END, most: 1 }, () => 3);
    expect(text.next([of(1)])).toBeUndefined();
    expect(text.written).toEqual([3]);
  });
});

describe('a beam search', () => {
  const settings = { num_beams: 2, length_penalty: 1, no_repeat_ngram_size: 0 };

  it('finds the likelier text behind the less likely token', () => {
    const text = beamSearch([1], { eosTokenId: END, most: 2 }, { ...settings, length_penalty: 0 });
    expect(text.next([of(0.01, 0.5, 0.4, 0.09)])).toEqual({ versions: [0, 0], tokens: [1, 2] });
    // 0.5 * 0.4 is less than 0.4 * 0.9.
    expect(text.next([of(0.01, 0.4, 0.3, 0.29), of(0.02, 0.04, 0.04, 0.9)])).toBeUndefined();
    expect(text.written).toEqual([2, 3]);
  });

  it('divides by the length, so that a longer text can win', () => {
    const written = (length_penalty: number) => {
      const text = beamSearch([1], { eosTokenId: END, most: 3 }, { ...settings, length_penalty });
      const steps = [[of(0.5, 0.4, 0.06, 0.04)], [of(0.05, 0.9, 0.03, 0.02), of(0.05, 0.9, 0.03, 0.02)]];
      let going = text.next(steps[0]);
      while (going !== undefined) going = text.next(going.versions.map((i) => steps[1][i]));
      return text.written;
    };
    expect(written(0)).toEqual([]);
    expect(written(1)).toEqual([1, 1, 1]);
  });

  it('writes nothing twice where it may not', () => {
    const text = beamSearch([1, 2], { eosTokenId: END, most: 5 }, { ...settings, no_repeat_ngram_size: 2 });
    text.next([of(0.01, 0.9, 0.05, 0.04)]);
    // 1 2 stands in the prompt already.
    expect(text.next([of(0.01, 0.04, 0.9, 0.05), of(0.01, 0.04, 0.9, 0.05)])).toEqual({
      versions: [0, 0],
      tokens: [3, 1],
    });
  });
});
