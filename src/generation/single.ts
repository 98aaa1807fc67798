import type { Continuation, End } from './continuation.ts';

/** A text in one version, whose next token `choose` takes from the logits (V) and the tokens that stand there already. */
export function single(
  prompt: readonly number[],
  { eosTokenId, most }: End,
  choose: (logits: Float32Array, text: readonly number[]) => number,
): Continuation {
  const written: number[] = [];
  return {
    written,
    next: ([logits]) => {
      const token = choose(logits, [...prompt, ...written]);
      if (token === eosTokenId) return undefined;
      written.push(token);
      return written.length < most ? { versions: [0], tokens: [token] } : undefined;
    },
  };
}
