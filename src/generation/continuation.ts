/** One text while it is written, in one or several versions (beams). */
export interface Continuation {
  /**
   * What to write behind each version, from the logits (V) of its next token. Undefined where the text is finished.
   * `versions` says which of those given go on, in which order; one may go on twice.
   */
  next(
    logits: readonly Float32Array[],
  ): { readonly versions: number[]; readonly tokens: number[] } | undefined;
  /** The tokens written, without the one that ends a text. */
  readonly written: readonly number[];
}

/** Where a text ends. */
export interface End {
  readonly eosTokenId: number;
  /** Tokens that may be written, the ending one included. */
  readonly most: number;
}
