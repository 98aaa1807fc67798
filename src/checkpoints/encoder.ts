import { encodeWindowsTo } from './encodeWindows.ts';
import { encodeTo, encodeWordsTo, type Tokenizer } from './tokenizer.ts';

/** Everything that a task may ask a tokenizer for, cut to `maxLength` tokens. @throws UserError where not even the special ones fit */
export function encoderTo(tokenizer: Tokenizer, maxLength: number) {
  return {
    text: encodeTo(tokenizer, maxLength),
    words: encodeWordsTo(tokenizer, maxLength),
    windows: encodeWindowsTo(tokenizer, maxLength),
  };
}
