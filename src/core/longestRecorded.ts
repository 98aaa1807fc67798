/**
 * Programs are recorded with inputs of up to so many tokens, and hold for all other lengths: a model has as many positions for a text, at
 * least.
 */
export const LONGEST_RECORDED = 13;
