import { internal } from '../core/errors.ts';
import type { Example, Logits, Prediction, Task, TaskFields } from './task.ts';

/** What a model made of some examples. */
export interface Outcomes {
  readonly examples: readonly Example[];
  /** Of each example. */
  readonly logits: readonly Logits[];
  /** Of each request, where the task writes. */
  readonly texts?: readonly string[];
}

/** What it predicts. */
export function predictionsOf(
  task: Task,
  fields: TaskFields,
  { examples, logits, texts }: Outcomes,
  labels: readonly string[],
): Prediction[] {
  if (texts !== undefined && task.writes !== undefined) return task.writes.decode(examples, texts);
  if (task.decode === undefined) internal(`${task.id} was not asked for its texts`);
  return task.decode(fields, logits, examples, labels);
}
