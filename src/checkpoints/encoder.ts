import { encodeWindowsTo } from './encodeWindows.ts';
import { maxLengthTooShort } from './errors.ts';
import type { Tokenizer } from './tokenizer.ts';

/** The encodings below, and that of windows. @throws UserError where not even the special tokens fit */
export function encoderTo(
  tokenizer: Tokenizer,
  { maxLength, endId }: { readonly maxLength: number; readonly endId: number | undefined },
) {
  return {
    text: encodeTo(tokenizer, maxLength),
    words: encodeWordsTo(tokenizer, maxLength),
    windows: encodeWindowsTo(tokenizer, maxLength),
    ids: (text: string) => tokenizer.idsOf(tokenizer.tokenize(text)),
    maxLength,
    ...(endId !== undefined && { endId }),
  };
}

/**
 * Encoding cut to `maxLength` ids, special ones included, as `tokenizer(text, pair, truncation=True, max_length=n)` of
 * Transformers cuts. @throws UserError where not even the special tokens fit.
 */
export function encodeTo(
  tokenizer: Tokenizer,
  maxLength: number,
): (text: string, pair: string | undefined) => { ids: Int32Array; typeIds: Int32Array; truncated: boolean } {
  return (text, pair) => {
    const special = tokenizer.numSpecial(pair === undefined ? 'single' : 'pair');
    const room = maxLength - special;
    if (room < 0) throw maxLengthTooShort(maxLength, special);
    const first = tokenizer.tokenize(text);
    const second = pair === undefined ? undefined : tokenizer.tokenize(pair);
    const [firstLength, secondLength] = longestFirst(first.length, second?.length ?? 0, room);
    const { ids, typeIds } = tokenizer.assemble(first.slice(0, firstLength), second?.slice(0, secondLength));
    return {
      ids: Int32Array.from(ids),
      typeIds: Int32Array.from(typeIds),
      truncated: firstLength < first.length || secondLength < (second?.length ?? 0),
    };
  };
}

/**
 * Encoding of a text that is given as words, cut as `tokenizer(words, is_split_into_words=True, truncation=True, max_length=n)` of
 * Transformers cuts. Each word is cut into tokens on its own, behind a blank, as byte-level tokenizers need it (`add_prefix_space`).
 * `starts`: where each word's first token stands; -1 for a word that is cut off or has none. @throws UserError as `encodeTo`
 */
export function encodeWordsTo(
  tokenizer: Tokenizer,
  maxLength: number,
): (words: readonly string[]) => {
  ids: Int32Array;
  typeIds: Int32Array;
  starts: Int32Array;
  truncated: boolean;
} {
  const special = tokenizer.numSpecial('single');
  const room = maxLength - special;
  if (room < 0) throw maxLengthTooShort(maxLength, special);
  const known = new Map<string, readonly string[]>();
  const tokensOf = (word: string) => {
    const tokens = known.get(word) ?? tokenizer.tokenize(` ${word}`);
    known.set(word, tokens);
    return tokens;
  };
  return (words) => {
    const all: string[] = [];
    const starts = Int32Array.from(words, (word) => {
      const tokens = tokensOf(word);
      const start = all.length;
      for (const token of tokens) all.push(token);
      return tokens.length > 0 && start < room ? tokenizer.leading + start : -1;
    });
    const { ids, typeIds } = tokenizer.assemble(all.slice(0, room));
    return {
      ids: Int32Array.from(ids),
      typeIds: Int32Array.from(typeIds),
      starts,
      truncated: all.length > room,
    };
  };
}

/**
 * Lengths to which two lists are cut to have `room` tokens together: the longer one gives first, then both equally, an
 * odd token staying with the longer (huggingface/tokenizers, `TruncationStrategy::LongestFirst`). With one list, `only_first`.
 */
function longestFirst(first: number, second: number, room: number): [number, number] {
  if (first + second <= room) return [first, second];
  if (first > second) return longestFirst(second, first, room).reverse() as [number, number];
  const half = Math.floor(room / 2);
  return first <= half ? [first, room - first] : [half, room - half];
}
