/** Half-open range in the text, 0-based lines and UTF-16 columns, as editors count. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export type Severity = 'error' | 'warning' | 'information';

/** A fault or a remark about a recipe's text; data, never thrown. `code` is stable and documented. */
export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly range: Range;
  /** Path of the field, e.g. `training.learning_rate`. */
  readonly path: string;
}
