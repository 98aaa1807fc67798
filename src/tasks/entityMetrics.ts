import { entitiesOf, type Entity } from '../core/entities.ts';

/**
 * F1, precision and recall of whole entities over all sentences, and the share of words with the right tag, as `seqeval` 1.2 computes
 * `overall_f1`, `overall_precision`, `overall_recall` and `overall_accuracy`: 0 where there is nothing to divide by.
 */
export function entityMetrics(
  truth: readonly (readonly string[])[],
  predicted: readonly (readonly string[])[],
) {
  let [actual, found, both, words, right] = [0, 0, 0, 0, 0];
  truth.forEach((tags, i) => {
    const known = new Set(entitiesOf(tags).map(keyOf));
    const guessed = entitiesOf(predicted[i]).map(keyOf);
    actual += known.size;
    found += guessed.length;
    both += guessed.filter((key) => known.has(key)).length;
    words += tags.length;
    right += tags.filter((tag, word) => tag === predicted[i][word]).length;
  });
  const precision = share(both, found);
  const recall = share(both, actual);
  return {
    f1: share(2 * precision * recall, precision + recall),
    precision,
    recall,
    accuracy: share(right, words),
  };
}

function keyOf({ type, start, end }: Entity): string {
  return `${start} ${end} ${type}`;
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
