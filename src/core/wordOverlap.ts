/**
 * How much two texts say the same, from 0 to 1: F1 of their bags of words, without case and punctuation. Two texts without any word
 * are the same. Good for an order; what a task is measured by is its own.
 */
export function wordOverlap(a: string, b: string): number {
  const [left, right] = [wordsOf(a), wordsOf(b)];
  if (left.length === 0 || right.length === 0) return left.length === right.length ? 1 : 0;
  const waiting = new Map<string, number>();
  for (const word of left) waiting.set(word, (waiting.get(word) ?? 0) + 1);
  let common = 0;
  for (const word of right) {
    const count = waiting.get(word) ?? 0;
    if (count > 0) common += 1;
    waiting.set(word, count - 1);
  }
  return (2 * common) / (left.length + right.length);
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
}
