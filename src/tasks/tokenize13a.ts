/**
 * Tokens of mteval-v13a, WMT's script, as `sacrebleu` 2 has them by default: ASCII punctuation stands alone, save apostrophes, hyphens that
 * follow no digit, and points and commas inside of numbers. Words are parted by what is white space to Python's `str.split`.
 */
export function tokenize13a(text: string): string[] {
  let line = text.replace(TRAILING_SPACE, '');
  for (const [pattern, replacement] of ENTITIES) line = line.replaceAll(pattern, replacement);
  line = ` ${line} `;
  for (const [pattern, replacement] of PARTINGS) line = line.replace(pattern, replacement);
  return line.split(SPACE).filter((token) => token !== '');
}

/** Unlike JavaScript's `\s`, with the separators U+001C to U+001F and U+0085, and without U+FEFF. */
const SPACE = /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/u;
const TRAILING_SPACE = new RegExp(`${SPACE.source}$`, 'u');

/** In this order: a text may hold an escaped entity. */
const ENTITIES = [
  ['<skipped>', ''],
  ['-\n', ''],
  ['\n', ' '],
  ['&quot;', '"'],
  ['&amp;', '&'],
  ['&lt;', '<'],
  ['&gt;', '>'],
] as const;

const PARTINGS = [
  [/[{-~[-` -&(-+:-@/]/gu, ' $& '],
  [/([^0-9])([.,])/gu, '$1 $2 '],
  [/([.,])([^0-9])/gu, ' $1 $2'],
  [/([0-9])-/gu, '$1 - '],
] as const;
