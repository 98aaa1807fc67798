import type { Json } from '../core/json.ts';
import type { ProblemCode } from './problemCodes.ts';

/** Half-open range in the text, 0-based lines and UTF-16 columns, as editors count. */
export interface Range {
  readonly start: { readonly line: number; readonly character: number };
  readonly end: { readonly line: number; readonly character: number };
}

export type Severity = 'error' | 'warning' | 'information';

/** A fault or a remark about a recipe's text; data, never thrown. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: Severity;
  /** What was expected and what was found. */
  readonly message: string;
  readonly range: Range;
  /** Path in the text of what is concerned, e.g. `training.learning_rate` or `variants.head only.methods`; empty for the whole. */
  readonly path: string;
  /** Other places in the text that it is about, each with what stands there. */
  readonly related?: readonly { readonly range: Range; readonly message: string }[];
  /** The one to prefer first; paths are those of the text. */
  readonly fixes?: readonly Fix[];
}

/** A change of the recipe: a value for a path, or, without one, the end of its entry; or another key or place for the entry at a path. */
export type Change =
  | { readonly path: readonly PathStep[]; readonly value?: Json }
  | { readonly path: readonly PathStep[]; readonly newKey: string }
  | Move;

/** An entry in another place, written as it is, with its comment. */
export interface Move {
  readonly path: readonly PathStep[];
  readonly newPath: readonly PathStep[];
}

/** Changes that mend a problem, or take advice. */
export interface Fix {
  /** What it does, as a command. */
  readonly title: string;
  readonly changes: readonly Change[];
}

/** A problem as a rule finds it, before it is known where in the text its field stands. */
export interface Finding {
  readonly code: ProblemCode;
  readonly severity?: Severity;
  readonly message: string;
  /** Path in a configuration; the nearest enclosing value that is written is marked where nothing stands there. */
  readonly path: readonly PathStep[];
  /** Other places that it is about; those that are not written are left out. */
  readonly related?: readonly { readonly path: readonly PathStep[]; readonly message: string }[];
  /** The one to prefer first; paths are those of the configuration. */
  readonly fixes?: readonly Fix[];
}

/** A key of a mapping or an index of a list. */
export type PathStep = string | number;
