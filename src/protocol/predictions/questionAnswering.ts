import * as z from 'zod/mini';
import { cutAtCodePoints } from '../../core/codePoints.ts';
import { squadScores } from '../../core/squadMetrics.ts';
import { tallyKey, type PredictionReading } from './reading.ts';

const schema = z.object({
  id: z.int(),
  question: z.string(),
  context: z.string(),
  prediction: z.string(),
  /** Answers, any of which is right; none for a question without an answer in its context. */
  label: z.optional(z.array(z.string())),
  /** Where the answer stands in the context: code points, `end` after its last; absent or null where none was given. */
  start: z.nullish(z.int()),
  end: z.nullish(z.int()),
});

export type AnswerLine = z.output<typeof schema>;

/** By SQuAD's measures: an answer is a right one but for case, punctuation and articles; it has words of one; none. */
export const verdicts = ['exact', 'partial', 'wrong'] as const;
export type Verdict = (typeof verdicts)[number];

export const questionAnswering: PredictionReading<AnswerLine> = {
  schema,
  rank: (line) => {
    const scores = scoresOf(line);
    return scores && 1 - Math.max(scores.exact_match, scores.f1);
  },
  tally: (line) => new Map([[verdictKey(verdictOf(line)), 1]]),
};

/** Questions with such an answer; without one, those of which it is not known what is right. */
export function verdictKey(verdict: Verdict | undefined): string {
  return tallyKey('verdict', verdict ?? 'unlabelled');
}

export function verdictOf(line: AnswerLine): Verdict | undefined {
  const scores = scoresOf(line);
  if (scores === undefined) return undefined;
  return scores.exact_match === 1 ? 'exact' : scores.f1 > 0 ? 'partial' : 'wrong';
}

/** The context before, in and after the answer; undefined where no place is told, or where another text stands there. */
export function answerInContext({ context, prediction, start, end }: AnswerLine) {
  if (typeof start !== 'number' || typeof end !== 'number' || start < 0 || end <= start) return undefined;
  const cut = cutAtCodePoints(context, start, end);
  return cut.inside === prediction ? cut : undefined;
}

/** No answer is right where there is none. */
function scoresOf({ label, prediction }: AnswerLine): ReturnType<typeof squadScores> | undefined {
  return label && squadScores({ prediction, answers: label.length === 0 ? [''] : label });
}
