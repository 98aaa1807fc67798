import type { Row, Rows } from '../../src/core/row.ts';

/** Rows as those of one file. */
export function dataOf(...rows: readonly Row[]): Rows {
  return { file: 'data/texts.csv', rows };
}
