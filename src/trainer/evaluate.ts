import { collate } from '../data/collate.ts';
import { evalBatches } from '../data/batches.ts';
import { floatTensor, type HostTensor } from '../core/tensor.ts';
import type { Executable, TensorStore } from '../engine/executor.ts';
import type { Example, Task } from '../tasks/task.ts';

export interface Evaluator {
  readonly executable: Executable;
  readonly frozen: TensorStore;
  readonly state: TensorStore;
  readonly task: Task;
  readonly batchSize: number;
  readonly padTokenId: number;
}

export interface Evaluation {
  /** float32 (examples, C), in the order of the examples. */
  readonly logits: HostTensor;
  /** Mean loss and the task's metrics; absent for examples without a label. */
  readonly metrics: Readonly<Record<string, number>>;
}

/** Runs every example once, without dropout, batches grouped by length. `onBatch` is called between batches and may throw to stop. */
export async function evaluate(
  { executable, frozen, state, task, batchSize, padTokenId }: Evaluator,
  examples: readonly Example[],
  onBatch: (done: number) => void = () => undefined,
): Promise<Evaluation> {
  const labelled = examples.every(({ label }) => label >= 0);
  let logits = new Float32Array();
  let classes = 0;
  const losses = new Float64Array(examples.length);
  let done = 0;
  for (const batch of evalBatches(
    examples.map(({ inputIds }) => inputIds.length),
    batchSize,
  )) {
    const chosen = Array.from(batch, (i) => examples[i]);
    const feeds = collate(
      labelled ? chosen : chosen.map((example) => ({ ...example, label: 0 })),
      padTokenId,
    );
    const results = await executable.run({ frozen, state, feeds: { ...feeds } });
    if (logits.length === 0) {
      classes = results.logits.shape[1];
      logits = new Float32Array(examples.length * classes);
    }
    batch.forEach((i, row) => {
      logits.set(
        (results.logits.data as Float32Array).subarray(row * classes, (row + 1) * classes),
        i * classes,
      );
      losses[i] = results.losses.data[row];
    });
    onBatch((done += batch.length));
  }
  const output = floatTensor([examples.length, classes], logits);
  if (!labelled) return { logits: output, metrics: {} };
  const loss = losses.reduce((sum, x) => sum + x, 0) / examples.length;
  return {
    logits: output,
    metrics: {
      loss,
      ...task.metrics(
        output,
        Int32Array.from(examples, ({ label }) => label),
      ),
    },
  };
}
