import type { ProblemCode } from '../../../../src/recipe/problemCodes.ts';

/** Name, the recipe with `«»` around what the problem marks, its code, and what its message says. */
export type Case = readonly [name: string, text: string, code: ProblemCode, message: string];
