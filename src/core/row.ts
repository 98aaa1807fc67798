/** What the columns that a task names hold: a text each, or a list of texts each, the lists of a row equally long. */
export type Cells = 'text' | 'list';

/** One row of a data file: the columns the recipe names, as text, and where it stands. */
export interface Row {
  /** 0-based number among the rows of the file; stays with the row when the file is split. */
  readonly index: number;
  /** 1-based number of the line on which the row starts; of the row in a file that has no lines. */
  readonly line: number;
  /** Columns of texts. */
  readonly values: Readonly<Record<string, string>>;
  /** Columns of lists; absent where the task reads none. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** Whether each item of the lists has a line of its own, from `line` on. */
  readonly isLineByLine?: boolean;
}

/** The labels of a row, one or, in a list, any number, each with its line; none where the row lacks the column. */
export function labelsIn(
  { line, values, lists = {}, isLineByLine = false }: Row,
  column: string,
): readonly { readonly label: string; readonly line: number }[] {
  if (Object.hasOwn(values, column)) return [{ label: values[column], line }];
  const list = Object.hasOwn(lists, column) ? lists[column] : [];
  return list.map((label, i) => ({ label, line: isLineByLine ? line + i : line }));
}
