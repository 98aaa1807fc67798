/** Whether less of a metric is better. Transformers' `greater_is_better` has the same default, for names that end in `loss`. */
export function lessIsBetter(metric: string): boolean {
  return /(loss|perplexity)$/.test(metric);
}
