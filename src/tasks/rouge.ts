import type { Generated } from './generated.ts';
import { inCommon, ngramCounts } from './ngrams.ts';

/**
 * Mean F1 over a corpus of one word, of two, and of the longest common subsequence (Lin 2004), shares of 1, as `rouge-score` 0.1 computes
 * `rouge1`, `rouge2` and `rougeL` without a stemmer: over words of a-z and 0-9 in lower case; of several references the best counts for each.
 */
export function rouge(corpus: readonly Generated[]) {
  const scores = corpus.map(rougeOf);
  const mean = (name: keyof ReturnType<typeof rougeOf>) =>
    scores.reduce((sum, score) => sum + score[name], 0) / scores.length;
  return { rouge1: mean('rouge1'), rouge2: mean('rouge2'), rougeL: mean('rougeL') };
}

/** The same of one text. */
export function rougeOf({ hypothesis, references }: Generated) {
  const tokens = wordsOf(hypothesis);
  const known = references.map(wordsOf);
  const best = (f1: (reference: readonly string[]) => number) => Math.max(...known.map(f1));
  return {
    rouge1: best((reference) => ngramF1(tokens, reference, 1)),
    rouge2: best((reference) => ngramF1(tokens, reference, 2)),
    rougeL: best((reference) => f1Of(longestCommon(tokens, reference), tokens.length, reference.length)),
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

function ngramF1(tokens: readonly string[], reference: readonly string[], order: number): number {
  const common = inCommon(ngramCounts(tokens, order), ngramCounts(reference, order));
  return f1Of(common, tokens.length - order + 1, reference.length - order + 1);
}

/** 2 P R / (P + R) with P = common / found and R = common / expected; 0 where nothing is in common. */
function f1Of(common: number, found: number, expected: number): number {
  return common === 0 ? 0 : (2 * common) / (found + expected);
}

/** Length of the longest common subsequence; row i of the table has it for the first i words of `a`. */
function longestCommon(a: readonly string[], b: readonly string[]): number {
  let above = new Int32Array(b.length + 1);
  for (const word of a) {
    const row = new Int32Array(b.length + 1);
    for (let j = 1; j <= b.length; j++)
      row[j] = b[j - 1] === word ? above[j - 1] + 1 : Math.max(above[j], row[j - 1]);
    above = row;
  }
  return above[b.length];
}
