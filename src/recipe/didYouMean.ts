import { nearest } from '../core/nearest.ts';

/** The end of a message: what was probably meant, or `otherwise` (no words or a clause of its own) where nothing is near. */
export function didYouMean(word: string, candidates: readonly string[], otherwise = ''): string {
  const meant = nearest(word, candidates);
  if (meant !== undefined) return `; did you mean "${meant}"?`;
  return otherwise === '' ? '' : `; ${otherwise}`;
}
