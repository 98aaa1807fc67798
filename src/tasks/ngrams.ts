/** How often each run of `order` tokens occurs, by its tokens with a space between them; tokens hold no space. */
export function ngramCounts(tokens: readonly string[], order: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let end = order; end <= tokens.length; end++) {
    const ngram = tokens.slice(end - order, end).join(' ');
    counts.set(ngram, (counts.get(ngram) ?? 0) + 1);
  }
  return counts;
}

/** Occurrences that two counts have in common. */
export function inCommon(counts: ReadonlyMap<string, number>, others: ReadonlyMap<string, number>): number {
  let common = 0;
  for (const [ngram, count] of counts) common += Math.min(count, others.get(ngram) ?? 0);
  return common;
}
