import { codePointLength } from '../core/codePoints.ts';
import type { Answer } from '../core/row.ts';
import { softmax } from './softmax.ts';
import type { EncodedWindow, Logits } from './task.ts';

/** Where the tokens of a window stand in its context; see EncodedWindow. */
export type TokenPlaces = Pick<EncodedWindow, 'starts' | 'ends'>;

/** A part of a context: code points `start` up to `end`, with the probability among the parts that were compared. */
export interface ScoredSpan {
  readonly start: number;
  readonly end: number;
  readonly probability: number;
}

/** Where the model points for a window that does not have the answer: its first token. */
const NOWHERE = [0, 0] as const;

/**
 * First and last token of an answer, as `run_qa.py` of Transformers finds them, save that no start lies behind the window's context or
 * behind its end: there the script goes on into padding where the answer is the window's last word, and byte-level tokens may share a character.
 */
export function answerTokens(
  { starts, ends }: TokenPlaces,
  { text, start }: Answer,
): readonly [number, number] {
  const end = start + codePointLength(text);
  const first = starts.findIndex((place) => place >= 0);
  let last = starts.length - 1;
  while (last > first && starts[last] < 0) last--;
  if (first < 0 || starts[first] > start || ends[last] < end) return NOWHERE;
  let begin = first;
  while (begin < last && starts[begin + 1] <= start) begin++;
  while (begin > first && starts[begin - 1] === starts[begin] && ends[begin - 1] === ends[begin]) begin--;
  let stop = last;
  while (stop > begin && ends[stop - 1] >= end) stop--;
  return [begin, stop];
}

/**
 * The likeliest answers to a question, best first, at most `n_best`, as `postprocess_qa_predictions` of Transformers chooses them: in each
 * window from the `n_best` likeliest first and last tokens those pairs that lie in the context, in order, and are of at most `max_answer_length`
 * tokens; the score is the sum of their logits. Logits are (S, 2): of first and last tokens.
 */
export function bestSpans(
  windows: readonly (TokenPlaces & { readonly logits: Logits })[],
  {
    n_best: count,
    max_answer_length: longest,
  }: { readonly n_best: number; readonly max_answer_length: number },
): ScoredSpan[] {
  const found = windows.flatMap(({ starts, ends, logits: { data } }) => {
    const lasts = largest(data, { offset: 1, count });
    return largest(data, { offset: 0, count }).flatMap((first) =>
      lasts
        .filter((last) => starts[first] >= 0 && ends[last] >= 0 && last >= first && last - first < longest)
        .map((last) => ({
          start: starts[first],
          end: ends[last],
          score: data[2 * first] + data[2 * last + 1],
        })),
    );
  });
  const best = found.sort((a, b) => b.score - a.score).slice(0, count);
  const probabilities = softmax(best.map(({ score }) => score));
  return best.map(({ start, end }, i) => ({ start, end, probability: probabilities[i] }));
}

/** Tokens with the largest logits of one of the two kinds, largest first; of equal ones the first. */
function largest(
  logits: ArrayLike<number>,
  { offset, count }: { readonly offset: 0 | 1; readonly count: number },
): number[] {
  return Array.from({ length: logits.length / 2 }, (_, token) => token)
    .sort((a, b) => logits[2 * b + offset] - logits[2 * a + offset])
    .slice(0, count);
}
