import { encodeWindowsTo } from './encodeWindows.ts';
import { encodeTo, encodeWordsTo, type Tokenizer } from './tokenizer.ts';

/** Every encoding of a tokenizer, cut to `maxLength` ids. @throws UserError where not even the special tokens fit */
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
