import { IGNORED } from '../core/ignored.ts';
import type { Logits } from './task.ts';

/** Negative log-likelihood of some targets in nats, summed, and their number. */
export interface TargetLoss {
  readonly loss: number;
  readonly targets: number;
}

/** Of one example's logits (S, C) and its S targets, those that are IGNORED left out; in double precision. */
export function targetLoss({ data, shape }: Logits, targets: Int32Array): TargetLoss {
  const width = shape.at(-1)!;
  let [loss, counted] = [0, 0];
  for (const [row, target] of targets.entries()) {
    if (target === IGNORED) continue;
    const logits = data.subarray(row * width, (row + 1) * width);
    loss += logSumExp(logits) - logits[target];
    counted++;
  }
  return { loss, targets: counted };
}

/** exp of the mean loss of a target, over all examples; Infinity beyond the range of numbers, as in Transformers' `run_clm`. */
export function perplexity(losses: readonly TargetLoss[]): number {
  const sum = (of: keyof TargetLoss) => losses.reduce((total, each) => total + each[of], 0);
  return Math.exp(sum('loss') / sum('targets'));
}

function logSumExp(logits: Float32Array | Int32Array): number {
  let [largest, sum] = [-Infinity, 0];
  for (const x of logits) largest = Math.max(largest, x);
  for (const x of logits) sum += Math.exp(x - largest);
  return largest + Math.log(sum);
}
