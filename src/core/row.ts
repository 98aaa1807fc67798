/** What a column holds: a text; a list of texts, the lists of a row equally long; or answers, which stand in the text of another column. */
export type Cell = 'text' | 'list' | { readonly answersIn: string };

/** Columns by their names, with what they hold. */
export type Columns = Readonly<Record<string, Cell>>;

/** An answer where it stands in a text. */
export interface Answer {
  readonly text: string;
  /** Code points in front of it. */
  readonly start: number;
}

/** One row of a data file: the columns the recipe names, as text, and where it stands. */
export interface Row {
  /** 0-based number among the rows of the file; stays with the row when the file is split. */
  readonly index: number;
  /** 1-based number of the line on which the row starts; of the row in a file that has no lines. */
  readonly line: number;
  /** Where the row stands, in a file whose lines do not tell. */
  readonly path?: string;
  /** What the file itself calls the row: its column `id`, where it has one. */
  readonly name?: string;
  /** Columns of texts. */
  readonly values: Readonly<Record<string, string>>;
  /** Columns of lists; absent where the task reads none. */
  readonly lists?: Readonly<Record<string, readonly string[]>>;
  /** Columns of answers, at least one each; absent where the task reads none. */
  readonly answers?: Readonly<Record<string, readonly Answer[]>>;
  /** Whether each item of the lists has a line of its own, from `line` on. */
  readonly isLineByLine?: boolean;
}

/** Rows of one file, all or some of them. */
export interface Rows {
  readonly file: string;
  readonly rows: readonly Row[];
}

/** Rows that are left out: those with one of some labels. */
export interface Dropped {
  readonly column: string;
  readonly labels: readonly string[];
}

/** Where something stands in a file: a 1-based line, or a path where lines do not tell. */
export type FilePlace = number | string;

export function placeOf({ line, path }: Pick<Row, 'line' | 'path'>): FilePlace {
  return path ?? line;
}

/** `data/train.tsv:17`, as editors and terminals make it a link, or `data/train.json: data[3].paragraphs[0]`. */
export function at(file: string, place: FilePlace): string {
  return typeof place === 'number' ? `${file}:${place}` : `${file}: ${place}`;
}

/** The labels of a row, one or, in a list, any number, each with its place; none where the row lacks the column. */
export function labelsIn(
  row: Row,
  column: string,
): readonly { readonly label: string; readonly place: FilePlace }[] {
  const { line, values, lists = {}, isLineByLine = false } = row;
  const place = placeOf(row);
  if (Object.hasOwn(values, column)) return [{ label: values[column], place }];
  const list = Object.hasOwn(lists, column) ? lists[column] : [];
  return list.map((label, i) => ({ label, place: isLineByLine ? line + i : place }));
}
