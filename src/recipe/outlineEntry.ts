import type { PathStep } from './problem.ts';

/** An entry of a mapping or an item of a list, as far as it is written. */
export interface OutlineEntry {
  /** The key, or the item's index. */
  readonly step: PathStep;
  readonly isItem: boolean;
  readonly inFlow: boolean;
  /** Where its key or dash stands; -1 for the whole text. */
  readonly column: number;
  readonly parent?: OutlineEntry;
  readonly key?: Word;
  readonly hasColon: boolean;
  /** Text behind the colon or the dash. */
  value?: Word;
  readonly entries: OutlineEntry[];
}

/** A key or a value as it is written, on one line; columns count UTF-16. */
export interface Word {
  readonly line: number;
  readonly start: number;
  /** With its quotes. */
  readonly text: string;
}

/** The text that a word stands for. */
export function unquoted(text: string): string {
  if (text.startsWith("'")) return text.slice(1).replace(/'$/, '').replaceAll("''", "'");
  if (text.startsWith('"')) return text.slice(1).replace(/"$/, '').replaceAll('\\"', '"');
  return text.trim();
}
