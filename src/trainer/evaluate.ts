import { collate } from '../data/collate.ts';
import { evalBatches } from '../data/batches.ts';
import { floatTensor, sizeOf } from '../core/tensor.ts';
import type { Executable, TensorStore } from '../engine/executor.ts';
import type { Example, Logits, Task, TaskFields } from '../tasks/task.ts';
import { countTargets } from '../tasks/countTargets.ts';

export interface Evaluator {
  readonly executable: Executable;
  readonly frozen: TensorStore;
  readonly state: TensorStore;
  readonly task: Task;
  readonly taskFields: TaskFields;
  readonly labels: readonly string[];
  readonly batchSize: number;
  readonly padTokenId: number;
}

export interface Evaluation {
  /** Of each example. */
  readonly logits: readonly Logits[];
  /** Mean loss over all targets, and the task's metrics; absent where an example has no label. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Runs every example once, without dropout, batches grouped by length. `onBatch` is called between batches and may throw to stop. */
export async function evaluate(
  { executable, frozen, state, task, taskFields, labels, batchSize, padTokenId }: Evaluator,
  examples: readonly Example[],
  onBatch: (done: number) => void = () => undefined,
): Promise<Evaluation> {
  const { targetShape } = task;
  const logits = new Array<Logits>(examples.length);
  const losses = new Float64Array(examples.length);
  let done = 0;
  for (const batch of evalBatches(
    examples.map(({ inputIds }) => inputIds.length),
    batchSize,
  )) {
    const feeds = collate(
      Array.from(batch, (i) => examples[i]),
      { padTokenId, targetShape },
    );
    const results = await executable.run({ frozen, state, feeds: { ...feeds } });
    batch.forEach((i, row) => {
      const { inputIds, targets } = examples[i];
      const [, ...shape] = results.logits.shape;
      const kept = shape.length === 2 ? [inputIds.length, shape[1]] : shape; // without padding
      const start = row * sizeOf(shape);
      const data = results.logits.data.slice(start, start + sizeOf(kept)) as Float32Array;
      logits[i] = floatTensor(kept, data);
      const width = results.losses.data.length / batch.length;
      for (let k = 0; k < targets.length; k++) losses[i] += results.losses.data[row * width + k];
    });
    onBatch((done += batch.length));
  }
  if (!examples.every(({ isLabelled }) => isLabelled)) return { logits, metrics: {} };
  const loss = losses.reduce((sum, x) => sum + x, 0) / Math.max(1, countTargets(examples));
  return { logits, metrics: { loss, ...task.metrics(taskFields, logits, examples, labels) } };
}
