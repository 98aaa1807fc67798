import type { Generated } from './generated.ts';
import { inCommon, ngramCounts } from './ngrams.ts';
import { tokenize13a } from './tokenize13a.ts';

/** The longest n-grams that count. */
const MAX_ORDER = 4;
const ORDERS = Array.from({ length: MAX_ORDER }, (_, i) => i + 1);

/** Sums over a corpus, all that BLEU depends on; `matches` and `totals` by order from 1. */
interface Statistics {
  readonly matches: number[];
  readonly totals: number[];
  hypothesisLength: number;
  referenceLength: number;
}

/**
 * BLEU of a corpus (Papineni et al. 2002) as a share of 1: the score of `sacrebleu` 2 by default over 100, so with the tokens of 13a, with case,
 * and with a precision of nothing found halved for each order that finds nothing (`smooth_method` exp). Hypotheses may differ in their
 * number of references. 0 where nothing matches or no hypothesis has four tokens.
 */
export function bleu(corpus: readonly Generated[]): number {
  const sums: Statistics = {
    matches: ORDERS.map(() => 0),
    totals: ORDERS.map(() => 0),
    hypothesisLength: 0,
    referenceLength: 0,
  };
  for (const each of corpus) count(each, sums);
  return scoreOf(sums);
}

function count({ hypothesis, references }: Generated, sums: Statistics): void {
  const tokens = tokenize13a(hypothesis);
  const known = references.map(tokenize13a);
  sums.hypothesisLength += tokens.length;
  sums.referenceLength += closestLength(
    tokens.length,
    known.map((reference) => reference.length),
  );
  for (const order of ORDERS) {
    const allowed = new Map<string, number>();
    for (const reference of known)
      for (const [ngram, count] of ngramCounts(reference, order))
        allowed.set(ngram, Math.max(count, allowed.get(ngram) ?? 0));
    sums.matches[order - 1] += inCommon(ngramCounts(tokens, order), allowed);
    sums.totals[order - 1] += Math.max(0, tokens.length - order + 1);
  }
}

/** The shorter one of two that are equally close. */
function closestLength(length: number, others: readonly number[]): number {
  const distance = (other: number) => Math.abs(other - length);
  return others.reduce((best, other) =>
    distance(other) < distance(best) || (distance(other) === distance(best) && other < best) ? other : best,
  );
}

function scoreOf({ matches, totals, hypothesisLength, referenceLength }: Statistics): number {
  if (matches.every((found) => found === 0) || totals.includes(0)) return 0;
  const brevity = Math.min(0, 1 - referenceLength / hypothesisLength);
  let smoothing = 1;
  const logs = matches.map((found, i) =>
    Math.log(found > 0 ? found / totals[i] : 1 / ((smoothing *= 2) * totals[i])),
  );
  return Math.exp(brevity + logs.reduce((sum, log) => sum + log) / MAX_ORDER);
}
