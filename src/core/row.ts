/** One row of a data file: the columns the recipe names, as text, and where it stands. */
export interface Row {
  /** 0-based number among the rows of the file; stays with the row when the file is split. */
  readonly index: number;
  /** 1-based number of the line on which the row starts. */
  readonly line: number;
  readonly values: Readonly<Record<string, string>>;
}
