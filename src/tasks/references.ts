import type { Row } from '../core/row.ts';

/**
 * Rows by the text of a column, in the order in which the texts first occur: data such as E2E has a row for each reference, and those with
 * one input are references of one another.
 */
export function groupReferences(rows: readonly Row[], inputColumn: string): (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const input = row.values[inputColumn];
    const group = groups.get(input);
    if (group === undefined) groups.set(input, [row]);
    else group.push(row);
  }
  return [...groups.values()];
}
