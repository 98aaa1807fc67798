import type { Row } from '../core/row.ts';
import { labelEmpty, labelUnknown, oneClass } from './errors.ts';

/** Where labels stand: a file's rows and the column that holds them. */
export interface LabelColumn {
  readonly file: string;
  readonly rows: readonly Row[];
  readonly column: string;
}

/**
 * The classes, in the order of their ids: `fixed` (the recipe's `labels`), else the different labels of the training
 * file, sorted by UTF-16 code unit. Where validation is a share of that file, pass all its rows: a rare label may fall to it.
 * @throws UserError for an empty label, for one that `fixed` lacks, and where all rows have the same.
 */
export function labelsOf(train: LabelColumn, fixed?: readonly string[]): string[] {
  const present = [...new Set(train.rows.map((row) => row.values[train.column]))].sort();
  const labels = fixed === undefined ? present : [...fixed];
  checkLabels(train, labels);
  if (present.length < 2) throw oneClass(train.file, train.column, present[0]);
  return labels;
}

/** @throws UserError naming the line, for the first row whose label is empty or not among `labels`. */
export function checkLabels({ file, rows, column }: LabelColumn, labels: readonly string[]): void {
  const known = new Set(labels);
  for (const { line, values } of rows) {
    const label = values[column];
    if (label === '') throw labelEmpty(file, line, column);
    if (!known.has(label)) throw labelUnknown(file, line, label, labels);
  }
}
