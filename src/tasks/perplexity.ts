/** Negative log-likelihood of some targets in nats, summed, and their number. */
export interface TargetLoss {
  readonly loss: number;
  readonly targets: number;
}

/** exp of the mean loss of a target, over all examples; Infinity beyond the range of numbers, as in Transformers' `run_clm`. */
export function perplexity(losses: readonly TargetLoss[]): number {
  const sum = (of: keyof TargetLoss) => losses.reduce((total, each) => total + each[of], 0);
  return Math.exp(sum('loss') / sum('targets'));
}
