import { at } from '../core/row.ts';
import { columnTwice, noRows, rowRagged } from './errors.ts';
import type { FileRecord, FileRecords } from './reader.ts';

/** A line or record of a delimited file, cut into fields. */
export interface Fields {
  readonly line: number;
  readonly cells: readonly string[];
}

/** Records of a file whose first line names the columns. @throws UserError for a doubled name, a ragged row, no row. */
export function withHeader(file: string, [header, ...rows]: readonly Fields[]): FileRecords {
  const columns = header.cells;
  const twice = columns.find((column, i) => columns.indexOf(column) < i);
  if (twice !== undefined) throw columnTwice(at(file, header.line), twice);
  if (rows.length === 0) throw noRows(file);
  const records = rows.map(({ line, cells }): FileRecord => {
    if (cells.length !== columns.length) throw rowRagged(file, line, cells.length, columns.length);
    return { line, values: Object.fromEntries(columns.map((column, i) => [column, cells[i]])) };
  });
  return { columns, records };
}
