import type { LabelForm } from '../core/labelForm.ts';
import { labelsIn, type Rows } from '../core/row.ts';
import { labelEmpty, labelMalformed, labelUnknown, oneClass } from './errors.ts';

/** Where labels stand: a file's rows and the column that holds them, one a row or a list of them. */
export interface LabelColumn extends Rows {
  readonly column: string;
}

/**
 * Different labels in the order of their ids: as numbers where all are whole numbers, since such labels mostly are ids, else by UTF-16
 * code unit.
 */
export function sortedLabels(labels: Iterable<string>): string[] {
  const sorted = [...labels].sort();
  const areWhole = sorted.every((label) => /^-?\d+$/.test(label));
  return areWhole ? sorted.sort((a, b) => Number(a) - Number(b)) : sorted;
}

/**
 * The classes, in the order of their ids: `fixed` (the recipe's `labels`), else the different labels of the training
 * file, sorted. Where validation is a share of that file, pass all its rows: a rare label may fall to it.
 * @throws UserError for an empty label, for one that `fixed` lacks or that has another form, and where all rows have the same.
 */
export function labelsOf(train: LabelColumn, fixed?: readonly string[], form?: LabelForm): string[] {
  const { file, rows, column } = train;
  const found = new Set<string>();
  for (const row of rows) {
    for (const { label, place } of labelsIn(row, column)) {
      if (found.has(label)) continue;
      found.add(label);
      if (label !== '' && form?.pattern.test(label) === false)
        throw labelMalformed(file, place, label, form.expected);
    }
  }
  const present = sortedLabels(found);
  const labels = fixed === undefined ? present : [...fixed];
  checkLabels(train, labels);
  if (present.length < 2) throw oneClass(file, column, present[0]);
  return labels;
}

/** @throws UserError naming the line, for the first label that is empty or not among `labels`. */
export function checkLabels({ file, rows, column }: LabelColumn, labels: readonly string[]): void {
  const known = new Set(labels);
  for (const row of rows) {
    for (const { label, place } of labelsIn(row, column)) {
      if (label === '') throw labelEmpty(file, place, column);
      if (!known.has(label)) throw labelUnknown(file, place, label, labels);
    }
  }
}
