import { topIndices } from './topIndices.ts';
import type { GenerationSettings } from '../tasks/generationFields.ts';

/**
 * Draws a token: softmax of logits / temperature over the `top_k` likeliest tokens, and of those the likeliest that together have the
 * probability `top_p` (Holtzman et al. 2020), one at least. `uniform` is in [0, 1).
 */
export function sample(
  logits: Float32Array,
  { temperature, top_k, top_p }: Pick<GenerationSettings, 'temperature' | 'top_k' | 'top_p'>,
  uniform: number,
): number {
  const likeliest =
    top_k > 0
      ? topIndices(logits, top_k)
      : Array.from(logits, (_, token) => token).sort((a, b) => logits[b] - logits[a]);
  const weights = likeliest.map((token) => Math.exp((logits[token] - logits[likeliest[0]]) / temperature));
  const nucleus = leading(weights, top_p * sum(weights));
  const drawn = leading(nucleus, uniform * sum(nucleus));
  return likeliest[drawn.length - 1];
}

/** The first weights, one at least, until their sum exceeds the bound. */
function leading(weights: readonly number[], bound: number): number[] {
  let total = 0;
  const end = weights.findIndex((weight) => (total += weight) > bound);
  return end < 0 ? [...weights] : weights.slice(0, end + 1);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
