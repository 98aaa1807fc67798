import type { Continuation, End } from './continuation.ts';
import { repeating } from './repetition.ts';
import type { GenerationSettings } from '../tasks/generationFields.ts';
import { topIndices } from './topIndices.ts';

/** A version of the text: tokens behind the prompt, and the sum of their log-probabilities. */
interface Hypothesis {
  readonly tokens: readonly number[];
  readonly score: number;
}

/**
 * Beam search as Transformers does it (`early_stopping: false`). Of all versions with one token more, the 2 n best are looked at: those of the
 * n best that end are finished, with their score divided by length ^ length_penalty; the n best that do not end go on. It is over when no
 * version that goes on, by its score at its present length, is better than the worst of n finished ones.
 */
export function beamSearch(
  prompt: readonly number[],
  { eosTokenId, most }: End,
  {
    num_beams: n,
    length_penalty,
    no_repeat_ngram_size,
  }: Pick<GenerationSettings, 'num_beams' | 'length_penalty' | 'no_repeat_ngram_size'>,
): Continuation {
  let running: readonly Hypothesis[] = [{ tokens: [], score: 0 }];
  let finished: readonly Hypothesis[] = []; // at most n, the best first
  return {
    get written() {
      return finished.length > 0 ? finished[0].tokens : running[0].tokens;
    },
    next: (logits) => {
      const length = running[0].tokens.length + 1;
      const perLength = length ** length_penalty;
      const candidates = running.flatMap(({ tokens, score }, version) => {
        const logProbabilities = logSoftmax(logits[version]);
        for (const token of repeating([...prompt, ...tokens], no_repeat_ngram_size))
          logProbabilities[token] = -Infinity;
        return topIndices(logProbabilities, 2 * n).map((token) => ({
          version,
          token,
          score: score + logProbabilities[token],
        }));
      });
      const best = topIndices(
        candidates.map(({ score }) => score),
        2 * n,
      ).map((i) => candidates[i]);
      const ends = ({ token }: (typeof best)[number]) => token === eosTokenId || length === most;
      const ended = best
        .slice(0, n)
        .filter(ends)
        .map(({ version, token, score }) => ({
          tokens: [...running[version].tokens, ...(token === eosTokenId ? [] : [token])],
          score: score / perLength,
        }));
      finished = [...finished, ...ended].sort((a, b) => b.score - a.score).slice(0, n);
      const going = best.filter((candidate) => !ends(candidate)).slice(0, n);
      if (going.length === 0) return undefined;
      running = going.map(({ version, token, score }) => ({
        tokens: [...running[version].tokens, token],
        score,
      }));
      if (finished.length === n && going[0].score / perLength <= finished[n - 1].score) return undefined;
      return { versions: going.map(({ version }) => version), tokens: going.map(({ token }) => token) };
    },
  };
}

function logSoftmax(logits: Float32Array): Float64Array {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - largest), 0);
  return Float64Array.from(logits, (logit) => logit - largest - Math.log(sum));
}
