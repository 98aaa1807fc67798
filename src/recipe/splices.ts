/** Text in place of what stands between two offsets. */
export interface Splice {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** A part of a changed text; `at` is its offset in the original, absent for what is new. */
export interface Piece {
  readonly text: string;
  readonly at?: number;
}

/** The text of pieces with splices applied, none of which overlap; their offsets are those of the pieces' text. */
export function spliced(pieces: readonly Piece[], splices: readonly Splice[]): readonly Piece[] {
  return [...splices]
    .sort((a, b) => b.start - a.start || b.end - a.end)
    .reduce<readonly Piece[]>(
      (parts, { start, end, text }) => [...upTo(parts, start), { text }, ...from(parts, end)],
      pieces,
    );
}

/** What was spliced into the original, in its order and in its offsets. */
export function splicesIn(pieces: readonly Piece[], original: string): Splice[] {
  const splices: Splice[] = [];
  let [end, inserted] = [0, ''];
  for (const { text, at } of [...pieces, { text: '', at: original.length }]) {
    if (at === undefined) inserted += text;
    else {
      if (at > end || inserted !== '') splices.push({ start: end, end: at, text: inserted });
      [end, inserted] = [at + text.length, ''];
    }
  }
  return splices;
}

function upTo(pieces: readonly Piece[], offset: number): Piece[] {
  let start = 0;
  return pieces.flatMap((piece) => {
    const text = piece.text.slice(0, Math.max(0, offset - start));
    start += piece.text.length;
    return text === '' ? [] : [{ ...piece, text }];
  });
}

function from(pieces: readonly Piece[], offset: number): Piece[] {
  let start = 0;
  return pieces.flatMap((piece) => {
    const skipped = Math.min(piece.text.length, Math.max(0, offset - start));
    start += piece.text.length;
    if (skipped === piece.text.length) return [];
    const at = piece.at === undefined ? {} : { at: piece.at + skipped };
    return [{ text: piece.text.slice(skipped), ...at }];
  });
}
