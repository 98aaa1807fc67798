import { tasks } from '../tasks/registry.ts';
import type { Configuration } from './recipe.ts';

/** What limits inputs beside the recipe, in tokens. */
export interface LengthLimits {
  /** What the tokenizer is made for, where it says so. */
  readonly tokenizer: number | undefined;
  /** Positions that the model has for tokens. */
  readonly positions: number;
}

/**
 * Longest input in tokens, as Transformers' `truncation=True` cuts: what the recipe says, else what is usual for the task and what the
 * tokenizer is made for, and never more than the model has positions.
 */
export function longestInput(
  { task }: Pick<Configuration, 'task'>,
  { tokenizer = Infinity, positions }: LengthLimits,
): number {
  const { usualLength = Infinity } = tasks[task.type];
  return Math.min(task.max_length ?? Math.min(usualLength, tokenizer), positions);
}
