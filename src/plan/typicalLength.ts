/**
 * Tokens to which a batch is padded on average, for examples of these lengths (in tokens, at least one): grouped by length nearly the mean; drawn at random
 * the expected longest of `batchSize`, which is Σᵢ lᵢ ((i/n)ᵇ - ((i-1)/n)ᵇ) over the sorted lengths l₁ ≤ ... ≤ lₙ.
 */
export function typicalLength(
  lengths: readonly number[],
  batchSize: number,
  strategy: 'group_by_length' | 'random',
): number {
  const n = lengths.length;
  const b = strategy === 'random' ? batchSize : 1;
  const sorted = [...lengths].sort((x, y) => x - y);
  const mean = sorted.reduce((sum, length, i) => sum + length * (((i + 1) / n) ** b - (i / n) ** b), 0);
  return Math.max(1, Math.round(mean));
}
