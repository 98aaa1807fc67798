import type { Fix, PathStep } from '../recipe/problem.ts';
import type { Recipe } from '../recipe/recipe.ts';
import type { Against } from './ownEvidence.ts';
import type { Subject } from './subject.ts';

/** One piece of evidence on how recipes train, with what it was seen on: advice, never an error. */
export interface Rule {
  /** Its advice has the code `advice-<id>`. */
  readonly id: string;
  /** What it tells, in a few words. */
  readonly title: string;
  /** Where the evidence stands, with the version; `computed` where it follows from the recipe. */
  readonly source: string;
  /** Models and tasks. */
  readonly seenOn: string;
  /** False where nobody here has read or measured it; its advice says so. */
  readonly verified: boolean;
  /** A warning only where the source itself reports harm, or where the harm is computed. */
  readonly severity: 'warning' | 'information';
  inConfiguration?(subject: Subject): Advice[];
  /** Paths are those of the whole recipe. */
  inRecipe?(recipe: Recipe): Advice[];
}

export interface Advice {
  /** A sentence without its full stop; source and models are added to it. */
  readonly message: string;
  readonly path: readonly PathStep[];
  readonly fixes?: readonly Fix[];
  /** What the configuration is compared with, where the user trained both. */
  readonly against?: Against;
}

/** What the user wants of a rule instead of its own severity. */
export type AdviceLevel = 'off' | Rule['severity'];
/** By rule id; a rule that is not named keeps its severity. */
export type AdviceLevels = Readonly<Record<string, AdviceLevel>>;
