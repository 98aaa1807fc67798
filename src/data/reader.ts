import type { Json } from '../core/json.ts';
import type { Source } from './source.ts';

/** One record of a file: its values by column, before the recipe's columns are chosen. */
export interface FileRecord {
  /** 1-based number of the line on which the record starts; in a format without lines, of the record. */
  readonly line: number;
  /** Where it stands, in a file whose lines do not tell: `data[0].paragraphs[2].qas[1]`. */
  readonly path?: string;
  readonly values: Readonly<Record<string, Json>>;
  /** Whether each item of its lists has a line of its own, from `line` on. */
  readonly isLineByLine?: true;
}

export interface FileRecords {
  /** Names in file order; where records name their own (JSONL), in the order in which they first occur. */
  readonly columns: readonly string[];
  /** At least one. */
  readonly records: readonly FileRecord[];
  /** Columns of a type that has no form as JSON, with its name in the format; records lack them. */
  readonly untold?: ReadonlyMap<string, string>;
}

/** One file format. Blank lines between records are skipped in every format, or part them. */
export interface Reader {
  /** The recipe's word in `format:`. */
  readonly format: string;
  /** The extension, with its dot, of files that have it. */
  readonly extension: string;
  /** @throws UserError naming the line, and where there is no record. */
  read(source: Source): FileRecords | Promise<FileRecords>;
}
