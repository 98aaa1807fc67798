import type { Range } from '../recipe/problem.ts';

/** An inlay hint as the Language Server Protocol has it. */
export interface Hint {
  readonly position: Range['start'];
  readonly label: string;
  readonly tooltip: string;
  readonly paddingLeft: true;
}
