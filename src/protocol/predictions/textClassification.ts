import * as z from 'zod/mini';
import { tallyKey, tallyWords, type PredictionReading } from './reading.ts';

const schema = z.object({
  id: z.int(),
  text: z.optional(z.string()),
  text_pair: z.optional(z.string()),
  prediction: z.string(),
  label: z.optional(z.string()),
  /** Probability of each label. */
  scores: z.record(z.string(), z.number()),
});

export type ClassificationLine = z.output<typeof schema>;

/** A line without a label counts under its prediction alone. */
export const textClassification: PredictionReading<ClassificationLine> = {
  schema,
  rank: ({ label, scores }) => (label === undefined ? undefined : lossOf(scores[label])),
  tally: ({ label, prediction }) =>
    new Map([[label === undefined ? tallyKey('unlabelled', prediction) : pairKey(label, prediction), 1]]),
};

/** Lines of this actual and this predicted label. */
export function pairKey(actual: string, predicted: string): string {
  return tallyKey('pair', actual, predicted);
}

export interface Confusion {
  /** Those with the most errors first to be kept where there are too many; in the order of the file otherwise. */
  readonly labels: readonly string[];
  /** By actual, then predicted label. */
  readonly counts: readonly (readonly number[])[];
  /** Of each actual label, also of those predicted as a label that is left out. */
  readonly totals: readonly number[];
  /** How many labels there are, left out ones included. */
  readonly labelCount: number;
  readonly right: number;
  readonly total: number;
}

/** Who was taken for whom, from the tally of a file. At most `limit` labels, those with the most errors. */
export function confusionOf(tally: Readonly<Record<string, number>>, limit = 20): Confusion {
  const pairs = Object.entries(tally).flatMap(([key, count]) => {
    const [kind, actual, predicted] = tallyWords(key);
    return kind === 'pair' ? [{ actual, predicted, count }] : [];
  });
  const errors = new Map<string, number>();
  const rows = new Map<string, Map<string, number>>();
  for (const { actual, predicted, count } of pairs) {
    const wrong = actual === predicted ? 0 : count;
    for (const label of [actual, predicted]) errors.set(label, (errors.get(label) ?? 0) + wrong);
    const row = rows.get(actual) ?? new Map<string, number>();
    rows.set(actual, row.set(predicted, count));
  }
  const all = [...errors.keys()].sort((a, b) => (a < b ? -1 : 1));
  const kept = new Set([...all].sort((a, b) => errors.get(b)! - errors.get(a)!).slice(0, limit));
  const labels = all.filter((label) => kept.has(label));
  const sum = (some: typeof pairs) => some.reduce((total, { count }) => total + count, 0);
  return {
    labels,
    counts: labels.map((actual) => labels.map((predicted) => rows.get(actual)?.get(predicted) ?? 0)),
    totals: labels.map((label) => sum(pairs.filter(({ actual }) => actual === label))),
    labelCount: all.length,
    right: sum(pairs.filter(({ actual, predicted }) => actual === predicted)),
    total: sum(pairs),
  };
}

/** Negative logarithm of the probability that the right label was given; one that is no label of the model had none. */
function lossOf(probability: number | undefined): number {
  return probability !== undefined && probability > 0 ? -Math.log(Math.min(1, probability)) : Infinity;
}
