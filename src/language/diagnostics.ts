import type { Problem, Range } from '../recipe/problem.ts';
import { lineOfCode } from './recipeReference.ts';

/** A problem as the Language Server Protocol has it. */
export interface Diagnostic {
  readonly range: Range;
  readonly severity: 1 | 2 | 3;
  readonly code: string;
  /** Where the code is explained. */
  readonly codeDescription?: { readonly href: string };
  readonly source: 'peft';
  readonly message: string;
  /** 1: changes nothing, and is shown faded. */
  readonly tags?: 1[];
  readonly relatedInformation?: {
    readonly location: { readonly uri: string; readonly range: Range };
    readonly message: string;
  }[];
  /** Path of what is concerned, joined by dots: what the form marks. */
  readonly data: { readonly path: string };
}

const severities = { error: 1, warning: 2, information: 3 } as const;

/** @param uri of the recipe  @param reference URI of the recipe reference, where there is one */
export function diagnosticOf(
  { range, severity, code, message, path, related }: Problem,
  { uri, reference }: { readonly uri: string; readonly reference?: string },
): Diagnostic {
  return {
    ...{ range, severity: severities[severity], code },
    ...(reference !== undefined && { codeDescription: { href: `${reference}#L${lineOfCode(code)}` } }),
    ...{ source: 'peft', message },
    ...(code === 'no-effect' && { tags: [1] }),
    ...(related !== undefined && {
      relatedInformation: related.map(({ range, message }) => ({ location: { uri, range }, message })),
    }),
    data: { path },
  };
}
