/** How labels have to be written, where not every text is one. */
export interface LabelForm {
  readonly pattern: RegExp;
  /** In words, after 'expected'. */
  readonly expected: string;
}
