import type { Problem, Range } from '../recipe/problem.ts';

/** A problem as the Language Server Protocol has it. */
export interface Diagnostic {
  readonly range: Range;
  readonly severity: 1 | 2 | 3;
  readonly code: string;
  readonly source: 'peft';
  readonly message: string;
  /** Path of what is concerned, joined by dots: what the form marks. */
  readonly data: { readonly path: string };
}

const severities = { error: 1, warning: 2, information: 3 } as const;

export function diagnosticOf({ range, severity, code, message, path }: Problem): Diagnostic {
  return { range, severity: severities[severity], code, source: 'peft', message, data: { path } };
}
