import type { Range } from './problem.ts';

/**
 * Places of offsets in a text. Lines end with LF, CR LF or CR, as in the language server protocol; an offset inside a
 * line's end belongs to that line, one behind the text to its end.
 */
export function textPositions(text: string): (offset: number) => Range['start'] {
  const breaks = [...text.matchAll(/\r\n|\r|\n/g)];
  const starts = [0, ...breaks.map(({ index, 0: { length } }) => index + length)];
  const ends = [...breaks.map(({ index }) => index), text.length];
  return (offset) => {
    let [line, beyond] = [0, starts.length];
    while (beyond - line > 1) {
      const middle = (line + beyond) >> 1;
      if (starts[middle] <= offset) line = middle;
      else beyond = middle;
    }
    return { line, character: Math.min(offset, ends[line]) - starts[line] };
  };
}
