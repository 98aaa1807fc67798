/** How texts are continued; names and defaults of Transformers' `GenerationConfig`. */
export interface GenerationSettings {
  /** Tokens that are written at most. */
  readonly max_new_tokens: number;
  /** Hypotheses of a beam search; 1: none. */
  readonly num_beams: number;
  /** Draws tokens instead of taking the likeliest. */
  readonly do_sample: boolean;
  /** Of a draw: logits are divided by it. */
  readonly temperature: number;
  /** Of a draw: only so many of the likeliest tokens; 0: all. */
  readonly top_k: number;
  /** Of a draw: only the likeliest tokens that together have this probability. */
  readonly top_p: number;
  /** Of a beam search: the exponent of the length that a hypothesis' log-probability is divided by. */
  readonly length_penalty: number;
  /** No sequence of so many tokens is written twice; 0: any may be. */
  readonly no_repeat_ngram_size: number;
}
