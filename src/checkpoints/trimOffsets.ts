import type { JsonObject } from '../core/json.ts';
import { partOf, type LocatedToken } from './locateTokens.ts';

/** Blanks in front of a token or behind it; byte-level tokenizers write Ġ for one. */
const LEADING = /^[Ġ\s]*/u;
const TRAILING = /[Ġ\s]*$/u;

/**
 * Takes blanks out of the places of tokens, as the post-processors `RobertaProcessing` and `ByteLevel` do with `trim_offsets`
 * (huggingface/tokenizers, `process_offsets`). The first token keeps a single one, which `add_prefix_space` may have put there.
 */
export function offsetTrimmer({
  post_processor: part,
}: JsonObject): (tokens: readonly LocatedToken[]) => readonly LocatedToken[] {
  const found = partOf(part, 'RobertaProcessing') ?? partOf(part, 'ByteLevel');
  if (found === undefined || found.trim_offsets === false) return (tokens) => tokens;
  const hasPrefix = found.add_prefix_space !== false;
  return (tokens) =>
    tokens.map(({ token, start, end }, i) => {
      const blanks = LEADING.exec(token)![0].length;
      const leading = hasPrefix && (i === 0 || start === 0) && blanks === 1 ? 0 : blanks;
      const trailing = TRAILING.exec(token)![0].length;
      const begin = Math.min(start + leading, end);
      return { token, start: begin, end: end >= trailing ? Math.max(end - trailing, begin) : end };
    });
}
