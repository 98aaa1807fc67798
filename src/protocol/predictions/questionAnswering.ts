import * as z from 'zod/mini';
import { cutAtCodePoints } from '../../core/codePoints.ts';
import { wordOverlap } from '../../core/wordOverlap.ts';
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

/** An answer has all the words of a right one and no other; some of them; none. */
export const verdicts = ['exact', 'partial', 'wrong'] as const;
export type Verdict = (typeof verdicts)[number];

export const questionAnswering: PredictionReading<AnswerLine> = {
  schema,
  rank: (line) => {
    const overlap = answerOverlap(line);
    return overlap === undefined ? undefined : 1 - overlap;
  },
  tally: (line) => new Map([[verdictKey(verdictOf(line)), 1]]),
};

/** Questions with such an answer; without one, those of which it is not known what is right. */
export function verdictKey(verdict: Verdict | undefined): string {
  return tallyKey('verdict', verdict ?? 'unlabelled');
}

export function verdictOf(line: AnswerLine): Verdict | undefined {
  const overlap = answerOverlap(line);
  if (overlap === undefined) return undefined;
  return overlap === 1 ? 'exact' : overlap > 0 ? 'partial' : 'wrong';
}

/** The context before, in and after the answer; undefined where no place is told, or where another text stands there. */
export function answerInContext({ context, prediction, start, end }: AnswerLine) {
  if (typeof start !== 'number' || typeof end !== 'number' || start < 0 || end <= start) return undefined;
  const cut = cutAtCodePoints(context, start, end);
  return cut.inside === prediction ? cut : undefined;
}

/** With the nearest of the right answers; no answer is right where there is none. */
function answerOverlap({ label, prediction }: AnswerLine): number | undefined {
  if (label === undefined) return undefined;
  return Math.max(...(label.length === 0 ? [''] : label).map((answer) => wordOverlap(prediction, answer)));
}
