import { isJsonObject, type Json } from '../core/json.ts';

/**
 * Where @huggingface/tokenizers 0.2 normalizes otherwise than Python's tokenizers (its Rust source, normalizers/bert.rs),
 * a text is prepared so that the result is the same: a capital sigma becomes σ wherever it stands (JavaScript writes ς at
 * the end of a word), and Chinese characters beyond 16 bits stand alone, too. `normalizer`: that entry of tokenizer.json.
 */
export function bertNormalizerCorrection(normalizer: Json): (text: string) => string {
  if (!isJsonObject(normalizer) || normalizer.type !== 'BertNormalizer') return (text) => text;
  const { lowercase, handle_chinese_chars: spaced } = normalizer;
  return (text) => {
    const lowered = lowercase === true ? text.replaceAll('Σ', 'σ') : text;
    return spaced === true ? lowered.replace(CHINESE, ' $& ') : lowered;
  };
}

/** The ranges of bert.rs beyond 16 bits. */
const CHINESE =
  /[\u{20000}-\u{2A6DF}\u{2A700}-\u{2B73F}\u{2B740}-\u{2B81F}\u{2B920}-\u{2CEAF}\u{2F800}-\u{2FA1F}]/gu;
