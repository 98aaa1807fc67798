import type { Configuration, MethodUse } from '../recipe/recipe.ts';

/**
 * What the user's own runs say on a configuration beside the same with other methods, in a few words: 'validation/accuracy +0.0030
 * [-0.0050, +0.0110], n = 5, learning rates aside'; undefined where none were made of both.
 */
export type OwnEvidence = (configuration: Configuration, against: readonly MethodUse[]) => string | undefined;

/** Other methods for the same model, task and training. */
export interface Against {
  readonly methods: readonly MethodUse[];
  /** What they are, behind 'this minus the same'. */
  readonly words: string;
}
