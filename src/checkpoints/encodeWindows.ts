import { maxLengthTooShort } from './errors.ts';
import type { LocatedToken } from './locateTokens.ts';
import type { Tokenizer } from './tokenizer.ts';

interface Window {
  readonly ids: Int32Array;
  readonly typeIds: Int32Array;
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}

/**
 * A text and windows over a second one, as `tokenizer(first, second, truncation='only_second', max_length=n, stride=s,
 * return_overflowing_tokens=True, return_offsets_mapping=True)` of Transformers cuts. For each token, `starts` and `ends` say which code
 * points of the second text it stands for; -1 for others. `room`: what the first leaves to the second, in tokens; where it is not enough
 * there is no window. @throws UserError where not even the special tokens fit, and for tokenizers that cannot tell places
 */
export function encodeWindowsTo(
  tokenizer: Tokenizer,
  maxLength: number,
): (
  first: string,
  second: string,
  options: { stride: number },
) => { windows: readonly Window[]; room: number } {
  // Several questions about one text follow each other.
  let last: { readonly text: string; readonly tokens: readonly LocatedToken[] } | undefined;
  const located = (text: string) => {
    if (last?.text !== text) last = { text, tokens: tokenizer.locate(text) };
    return last.tokens;
  };
  return (first, second, { stride }) => {
    const special = tokenizer.numSpecial('pair');
    if (maxLength < special) throw maxLengthTooShort(maxLength, special);
    const leading = tokenizer.tokenize(first);
    const tokens = located(second);
    const room = maxLength - special - leading.length;
    const windows = rangesOf(tokens.length, room, stride).map(([begin, end]) => {
      const window = tokenizer.trimmed(tokens.slice(begin, end));
      const { ids, typeIds } = tokenizer.assemble(
        leading,
        window.map(({ token }) => token),
      );
      const [starts, ends] = [new Int32Array(ids.length).fill(-1), new Int32Array(ids.length).fill(-1)];
      window.forEach(({ start, end }, i) => {
        const at = tokenizer.leadingPair + leading.length + i;
        starts[at] = start;
        ends[at] = end;
      });
      return { ids: Int32Array.from(ids), typeIds: Int32Array.from(typeIds), starts, ends };
    });
    return { windows, room };
  };
}

/** Beginnings and ends of windows (huggingface/tokenizers, `Encoding::truncate`); none where they would not get on. */
function rangesOf(length: number, room: number, stride: number): [number, number][] {
  if (length <= room) return [[0, length]];
  const step = room - stride;
  if (step < 1) return [];
  const count = 1 + Math.ceil((length - room) / step);
  return Array.from({ length: count }, (_, i) => [i * step, Math.min(i * step + room, length)]);
}
