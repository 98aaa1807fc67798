import type { Row } from '../core/row.ts';
import { columnMissing, valueMissing, valueNotText } from './errors.ts';
import type { FileRecord } from './reader.ts';
import { readerFor } from './readers.ts';
import { readSource } from './source.ts';

/** A data file's rows, reduced to the columns that were asked for. */
export interface Table {
  /** Every column of the file, in file order. */
  readonly columns: readonly string[];
  /** At least one. */
  readonly rows: readonly Row[];
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
}

export interface TableOptions {
  /** `tsv`, `csv` or `jsonl`; the file's extension where absent. */
  readonly format?: string;
  /** Columns that every row must have. */
  readonly columns: readonly string[];
}

/**
 * Reads a table of text. Numbers and booleans of JSONL become text as JSON writes them.
 * @throws UserError naming file and line, for every way in which a file can be unusable.
 */
export async function readTable(file: string, { format, columns }: TableOptions): Promise<Table> {
  const reader = readerFor(file, format);
  const source = await readSource(file);
  const found = reader.read(source);
  for (const column of columns)
    if (!found.columns.includes(column)) throw columnMissing(file, column, found.columns);
  const rows = found.records.map((record, index) => ({
    index,
    line: record.line,
    values: Object.fromEntries(columns.map((column) => [column, textOf(file, record, column)])),
  }));
  return { columns: found.columns, rows, hash: source.hash };
}

/** A record's value as text. @throws UserError where it has none, or an object, an array or null. */
export function textOf(file: string, { line, values }: FileRecord, column: string): string {
  if (!Object.hasOwn(values, column)) throw valueMissing(file, line, column);
  const value = values[column];
  if (value === null || typeof value === 'object') throw valueNotText(file, line, column, value);
  return String(value);
}
