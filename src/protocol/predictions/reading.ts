import type * as z from 'zod/mini';

/** What all lines have. Every text in a line is untrusted: pages put it in text nodes. */
export interface AnyLine {
  /** The row's index in its data file, from 0. */
  readonly id: number;
}

/** How the predictions of one task are read: what a line has, how wrong it is, and what is counted over all lines. */
export interface PredictionReading<Line extends AnyLine = AnyLine> {
  /** Fields that it does not name are left out. */
  readonly schema: z.ZodMiniType<Line>;
  /** How wrong it is, 0 or more, so that the worst come first; undefined where the line does not say what is right. */
  rank(line: Line): number | undefined;
  /**
   * What there is in it, by key, and how often. Over all lines these are the page's figures; each key is also a choice of lines,
   * those that have it. See `tallyKey`.
   */
  tally(line: Line): ReadonlyMap<string, number>;
}

/** A key of a tally: words that no text of the file can run into. */
export function tallyKey(...words: readonly string[]): string {
  return JSON.stringify(words);
}

export function tallyWords(key: string): readonly string[] {
  return JSON.parse(key) as string[];
}
