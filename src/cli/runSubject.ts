import { sameShape } from '../checkpoints/modelFolder.ts';
import type { Rows } from '../core/row.ts';
import { resolveExecutor } from '../engine/registry.ts';
import type { Assembly } from '../program/assembly.ts';
import { predictsFromLogits, type Outcomes } from '../tasks/predictions.ts';
import { findTask } from '../tasks/registry.ts';
import type { Evaluation } from '../trainer/evaluate.ts';
import { maxLengthOf, tokenize } from '../trainer/inputs.ts';
import { assemblyOf, openSession } from '../trainer/session.ts';
import { openWriter, type Writer } from '../trainer/write.ts';
import { foreignTensor, randomTensors } from './errors.ts';
import type { Subject } from './subject.ts';

export interface RunOptions {
  /** Whether metrics are wanted; else only what predictions are made of. */
  readonly isMeasured: boolean;
  readonly signal: AbortSignal;
}

/** Runs every row through the model once, without dropout, and writes texts where the task does. Ends with an AbortError between batches once `signal` is aborted. */
export async function runSubject(
  subject: Subject,
  data: Rows,
  { isMeasured, signal }: RunOptions,
): Promise<Outcomes & Pick<Evaluation, 'metrics'>> {
  const { configuration, model, tokenizer, labels, tensors, seed = 0 } = subject;
  const { per_device_eval_batch_size: batchSize } = configuration.training;
  expectEveryTensor(subject, assemblyOf(configuration, model, labels.length));
  const task = findTask(configuration.task.type);
  const examples = tokenize({ ...subject, task }, data);
  const executorId = resolveExecutor(configuration.training.executor);
  // No value is drawn from the seed: all are in the files.
  const session = await openSession(configuration, model, {
    labels,
    seed: 0,
    executorId,
    trained: tensors,
  });
  const onBatch = () => signal.throwIfAborted();
  let writer: Writer | undefined;
  try {
    const evaluation =
      isMeasured || predictsFromLogits(task) ? await session.evaluate(examples, onBatch) : undefined;
    writer = await openWriter(session, { tokenizer, maxLength: maxLengthOf(subject), batchSize, seed });
    const written = await writer?.write(examples, onBatch);
    return { ...evaluation, ...written, examples, metrics: { ...evaluation?.metrics, ...written?.metrics } };
  } finally {
    await writer?.dispose();
    await session.dispose();
  }
}

/** What was learnt fits the model, and nothing else would start from random values. */
function expectEveryTensor({ name, model, tensors }: Subject, { trained }: Assembly): void {
  const shapes = new Map(trained.map((tensor) => [tensor.name, tensor.shape]));
  for (const [tensor, { shape }] of tensors) {
    const expected = shapes.get(tensor);
    if (expected === undefined || !sameShape(shape, expected))
      throw foreignTensor(name, tensor, shape, expected);
  }
  const isThere = (tensor: string, shape: readonly number[]) =>
    tensors.has(tensor) || sameShape(model.tensors.get(tensor)?.shape ?? [], shape);
  const random = trained.filter((tensor) => !isThere(tensor.name, tensor.shape));
  if (random.length > 0)
    throw randomTensors(
      name,
      random.map((tensor) => tensor.name),
    );
}
