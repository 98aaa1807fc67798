/**
 * Longest input in tokens, as Transformers' `truncation=True` cuts: what the recipe says, else what the tokenizer is made for, and never more
 * than the model has positions.
 */
export function inputLength(
  maxLength: number | undefined,
  tokenizerMaxLength: number | undefined,
  maxPositions: number,
): number {
  return Math.min(maxLength ?? tokenizerMaxLength ?? maxPositions, maxPositions);
}
