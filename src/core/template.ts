/** A text with columns in braces: `{mr} =>`. A brace of its own is written twice. */
export interface Template {
  /** In the order in which they stand first. */
  readonly columns: readonly string[];
  fill(values: Readonly<Record<string, string>>): string;
}

const PART = /\{\{|\}\}|\{([^{}]+)\}/g;

/** What is wrong with the text as a template, if anything. */
export function templateFault(text: string): string | undefined {
  const rest = text.replace(PART, '');
  if (/[{}]/.test(rest)) return 'a brace has no partner; write {{ or }} for one of its own';
  return parseTemplate(text).columns.length === 0 ? 'no column stands in it, as in {text}' : undefined;
}

export function parseTemplate(text: string): Template {
  const columns = [...text.matchAll(PART)].flatMap(([, column]) => column ?? []);
  return {
    columns: [...new Set(columns)],
    fill: (values) =>
      text.replace(PART, (part, column?: string) => (column === undefined ? part[0] : values[column])),
  };
}
