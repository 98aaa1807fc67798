import type { Columns, Dropped } from '../core/row.ts';
import type { Task, TaskFields } from './task.ts';

/** The columns that a task reads, with what they hold: those of its inputs, and the label's. */
export function columnsOf<Fields extends TaskFields>(
  task: Pick<Task<Fields>, 'columns' | 'cells'>,
  fields: Fields,
): { readonly inputs: Columns; readonly label: Columns; readonly all: Columns } {
  const names = task.columns(fields);
  const cells = task.cells(fields);
  const inputs = Object.fromEntries(Object.values(names.inputs).map((column) => [column, cells.inputs]));
  const label = Object.fromEntries(Object.values(names.label).map((column) => [column, cells.label]));
  return { inputs, label, all: { ...inputs, ...label } };
}

/** The column whose different values are the labels; undefined where a task has none. */
export function labelColumnOf<Fields extends TaskFields>(
  task: Pick<Task<Fields>, 'columns' | 'labelSet'>,
  fields: Fields,
): string | undefined {
  return task.labelSet === undefined ? undefined : Object.values(task.columns(fields).label)[0];
}

/** The rows of its files that a task leaves out; undefined where it takes all. */
export function droppedOf<Fields extends TaskFields>(
  task: Pick<Task<Fields>, 'columns' | 'drops'>,
  fields: Fields,
): Dropped | undefined {
  const labels = task.drops?.labels(fields) ?? [];
  return labels.length === 0 ? undefined : { column: Object.values(task.columns(fields).label)[0], labels };
}
