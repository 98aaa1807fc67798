import { internal } from '../core/errors.ts';
import type { Example, Logits, Prediction, Task, TaskFields } from './task.ts';

/** What a model made of some examples. */
export interface Outcomes {
  readonly examples: readonly Example[];
  /** Of each example; only a task that writes can do without. */
  readonly logits?: readonly Logits[];
  /** Of each request, where the task writes. */
  readonly texts?: readonly string[];
}

/** Whether a task predicts anything, beside what it measures. */
export function predicts({ decode, writes }: Task): boolean {
  return decode !== undefined || writes !== undefined;
}

/** Whether that is read from the logits of an evaluation. */
export function predictsFromLogits({ decode, writes }: Task): boolean {
  return decode !== undefined && writes === undefined;
}

/** What the model predicts; nothing where the task only measures. */
export function predictionsOf(
  task: Task,
  fields: TaskFields,
  { examples, logits, texts }: Outcomes,
  labels: readonly string[],
): Prediction[] {
  if (task.writes !== undefined)
    return task.writes.decode(examples, texts ?? internal(`${task.id} was not asked for its texts`));
  return task.decode?.(fields, logits ?? internal(`${task.id} without logits`), examples, labels) ?? [];
}
