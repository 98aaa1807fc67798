import type { Json } from '../core/json.ts';
import type { Cells, Row } from '../core/row.ts';
import {
  columnMissing,
  columnUntold,
  itemNotText,
  listEmpty,
  listsDiffer,
  valueMissing,
  valueNotList,
  valueNotText,
} from './errors.ts';
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
  /** As readers are called; the file's extension where absent. */
  readonly format?: string;
  /** Columns that every row must have. */
  readonly columns: readonly string[];
  /** What these columns hold; texts where absent. */
  readonly cells?: Cells;
}

/**
 * Reads a table of texts, or of lists of them. Numbers and booleans of JSONL become text as JSON writes them.
 * @throws UserError naming file and line, for every way in which a file can be unusable.
 */
export async function readTable(
  file: string,
  { format, columns, cells = 'text' }: TableOptions,
): Promise<Table> {
  const reader = readerFor(file, format);
  const source = await readSource(file);
  const found = await reader.read(source);
  for (const column of columns) {
    if (!found.columns.includes(column)) throw columnMissing(file, column, found.columns);
    const type = found.untold?.get(column);
    if (type !== undefined) throw columnUntold(file, column, type);
  }
  const rows = found.records.map((record, index): Row => ({
    index,
    line: record.line,
    ...cellsOf(file, record, { columns, cells }),
  }));
  return { columns: found.columns, rows, hash: source.hash };
}

/** A record's columns as a row has them. @throws UserError also for lists of different lengths and for empty ones */
export function cellsOf(
  file: string,
  record: FileRecord,
  { columns, cells }: { readonly columns: readonly string[]; readonly cells: Cells },
): Pick<Row, 'values' | 'lists' | 'isLineByLine'> {
  if (cells === 'text')
    return { values: Object.fromEntries(columns.map((column) => [column, textOf(file, record, column)])) };
  const lists = columns.map((column) => [column, listOf(file, record, column)] as const);
  const lengths = lists.map(([column, list]) => [column, list.length] as const);
  for (const each of lengths)
    if (each[1] !== lengths[0][1]) throw listsDiffer(file, record.line, lengths[0], each);
  if (lengths[0]?.[1] === 0) throw listEmpty(file, record.line, lengths[0][0]);
  return { values: {}, lists: Object.fromEntries(lists), isLineByLine: record.isLineByLine };
}

/** A record's value as a list of texts. @throws UserError where it is none */
export function listOf(file: string, { line, values }: FileRecord, column: string): readonly string[] {
  if (!Object.hasOwn(values, column)) throw valueMissing(file, line, column);
  const value = values[column];
  if (!Array.isArray(value)) throw valueNotList(file, line, column, value);
  return value.map((item: Json, i) => {
    if (item === null || typeof item === 'object') throw itemNotText(file, line, column, i, item);
    return String(item);
  });
}

/** A record's value as text. @throws UserError where it has none, or an object, an array or null. */
export function textOf(file: string, { line, values }: FileRecord, column: string): string {
  if (!Object.hasOwn(values, column)) throw valueMissing(file, line, column);
  const value = values[column];
  if (value === null || typeof value === 'object') throw valueNotText(file, line, column, value);
  return String(value);
}
