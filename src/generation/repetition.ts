/** Tokens that would complete a sequence of `size` tokens which stands in the text already (Transformers' `no_repeat_ngram_size`). */
export function repeating(text: readonly number[], size: number): number[] {
  if (size === 0 || text.length < size) return [];
  const tail = text.slice(text.length - size + 1);
  return Array.from({ length: text.length - size + 1 }, (_, start) => start)
    .filter((start) => tail.every((token, i) => text[start + i] === token))
    .map((start) => text[start + size - 1]);
}
