import type { Configuration, MethodUse } from '../recipe/recipe.ts';

/**
 * What the user's own runs say on a configuration beside the same with other methods, in a few words: 'validation/accuracy +0.0030
 * [-0.0050, +0.0110], n = 5'; undefined where none were made of both.
 */
export type OwnEvidence = (configuration: Configuration, against: readonly MethodUse[]) => string | undefined;
