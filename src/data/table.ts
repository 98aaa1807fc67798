import type { Json } from '../core/json.ts';
import { placeOf, type Answer, type Columns, type Dropped, type Row } from '../core/row.ts';
import { answersOf } from './answers.ts';
import {
  columnMissing,
  columnUntold,
  everyRowDropped,
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
  /** How many more there are that were left out. */
  readonly dropped: number;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
}

export interface TableOptions {
  /** As readers are called; the file's extension where absent. */
  readonly format?: string;
  /** Columns that every row must have. */
  readonly columns: Columns;
  /** Rows to leave out; the others keep their `index`. */
  readonly drop?: Dropped;
}

/**
 * Reads a table of texts, lists of them, or answers. Numbers and booleans of JSON become text as JSON writes them.
 * @throws UserError naming file and place, for every way in which a file can be unusable.
 */
export async function readTable(file: string, { format, columns, drop }: TableOptions): Promise<Table> {
  const reader = readerFor(file, format);
  const source = await readSource(file);
  const found = await reader.read(source);
  for (const column of Object.keys(columns)) {
    if (!found.columns.includes(column)) throw columnMissing(file, column, found.columns);
    const type = found.untold?.get(column);
    if (type !== undefined) throw columnUntold(file, column, type);
  }
  const all = found.records.map((record, index) => rowOf(file, record, { index, columns }));
  const rows = all.filter((row) => !isDropped(row, drop));
  if (rows.length === 0 && drop !== undefined) throw everyRowDropped(file, drop);
  return { columns: found.columns, rows, dropped: all.length - rows.length, hash: source.hash };
}

export function isDropped({ values }: Row, drop: Dropped | undefined): boolean {
  return (
    drop !== undefined && Object.hasOwn(values, drop.column) && drop.labels.includes(values[drop.column])
  );
}

/** A record's columns as a row. @throws UserError also for lists of different lengths and for empty ones */
export function rowOf(
  file: string,
  record: FileRecord,
  { index, columns }: { readonly index: number; readonly columns: Columns },
): Row {
  const { line, path, isLineByLine } = record;
  const values: [string, string][] = [];
  const lists: [string, readonly string[]][] = [];
  const answers: [string, readonly Answer[]][] = [];
  const name = nameOf(record);
  for (const [column, cell] of Object.entries(columns)) {
    if (cell === 'text') values.push([column, textOf(file, record, column)]);
    else if (cell === 'list') lists.push([column, listOf(file, record, column)]);
    else {
      const context = textOf(file, record, cell.answersIn);
      const place = { file, place: placeOf(record), column, ...(name !== undefined && { name }) };
      answers.push([column, answersOf(place, valueOf(file, record, column), context)]);
    }
  }
  checkLengths(file, record, lists);
  return {
    index,
    line,
    ...(path !== undefined && { path }),
    ...(name !== undefined && { name }),
    values: Object.fromEntries(values),
    ...(lists.length > 0 && { lists: Object.fromEntries(lists), isLineByLine }),
    ...(answers.length > 0 && { answers: Object.fromEntries(answers) }),
  };
}

/** What the file calls the record. */
function nameOf({ values }: FileRecord): string | undefined {
  const id = Object.hasOwn(values, 'id') ? values.id : undefined;
  return typeof id === 'string' || typeof id === 'number' ? String(id) : undefined;
}

/** @throws UserError for lists of different lengths, and for empty ones */
function checkLengths(
  file: string,
  record: FileRecord,
  lists: readonly (readonly [string, readonly string[]])[],
): void {
  const lengths = lists.map(([column, list]) => [column, list.length] as const);
  for (const each of lengths)
    if (each[1] !== lengths[0][1]) throw listsDiffer(file, placeOf(record), lengths[0], each);
  if (lengths[0]?.[1] === 0) throw listEmpty(file, placeOf(record), lengths[0][0]);
}

/** @throws UserError where the record has none */
function valueOf(file: string, record: FileRecord, column: string): Json {
  if (!Object.hasOwn(record.values, column)) throw valueMissing(file, placeOf(record), column);
  return record.values[column];
}

/** @throws UserError where it is no list of texts */
function listOf(file: string, record: FileRecord, column: string): readonly string[] {
  const value = valueOf(file, record, column);
  if (!Array.isArray(value)) throw valueNotList(file, placeOf(record), column, value);
  return value.map((item: Json, i) => {
    if (item === null || typeof item === 'object') throw itemNotText(file, placeOf(record), column, i, item);
    return String(item);
  });
}

/** @throws UserError where it is an object, an array or null */
function textOf(file: string, record: FileRecord, column: string): string {
  const value = valueOf(file, record, column);
  if (value === null || typeof value === 'object') throw valueNotText(file, placeOf(record), column, value);
  return String(value);
}
