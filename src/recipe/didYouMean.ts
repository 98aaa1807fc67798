import { nearest } from '../core/nearest.ts';
import { otherValues } from './otherSpellings.ts';

/** What was probably meant; undefined where nothing is near. */
export function meantBy(word: string, candidates: readonly string[]): string | undefined {
  // Transformers puts `eval_` before its metrics.
  const other = Object.hasOwn(otherValues, word) ? otherValues[word] : word.replace(/^eval_/, '');
  return candidates.includes(other) ? other : nearest(word, candidates);
}

/** The end of a message: what was probably meant, or `otherwise` (no words or a clause of its own) where nothing is near. */
export function didYouMean(word: string, candidates: readonly string[], otherwise = ''): string {
  const meant = meantBy(word, candidates);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return otherwise === '' ? '' : `; ${otherwise}`;
}
