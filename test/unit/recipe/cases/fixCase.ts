import type { FileFacts, ModelFacts } from '../../../../src/recipe/facts.ts';
import type { ProblemCode } from '../../../../src/recipe/problemCodes.ts';
import { TASK } from '../support.ts';

/** Lines of a recipe, as `recipeText` takes them. */
export type Lines = Readonly<Record<string, string>>;

/** A problem, and what is offered for it. */
export interface FixCase {
  readonly code: ProblemCode;
  readonly before: Lines;
  /** By the title of each fix, in order, the lines after it. */
  readonly after: Readonly<Record<string, Lines>>;
  readonly model?: ModelFacts;
  readonly files?: Readonly<Record<string, FileFacts>>;
}

export const labels = (written: string): Lines => ({ task: `task: { ${TASK}, labels: ${written} }` });
export const methods = (written: string): Lines => ({ methods: `methods: { ${written} }` });
