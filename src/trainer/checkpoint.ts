import { dirname } from 'node:path';
import { readHeader, readTensors, writeSafetensors } from '../checkpoints/safetensors.ts';
import { UserError } from '../core/errors.ts';
import { makeFolder } from '../files/atomicWrite.ts';
import type { HostTensors } from '../core/tensor.ts';

/** Where training stands, beside tensors; all that a resumed run needs to go on as if it had not been interrupted. */
export interface Progress {
  /** Optimizer steps done. */
  step: number;
  /** Batches done, over all epochs; the batch in its epoch follows from it. */
  batches: number;
  /** Sum of the losses of the steps since the last logged line, and their number. */
  lossSum: number;
  lossCount: number;
  /** Metric and step of the best checkpoint so far. */
  best?: { step: number; value: number; metrics: Record<string, number> };
  /** Evaluations since then. */
  evaluationsWithoutGain: number;
  /** The evaluation that follows the last step is still to be done. */
  evaluationDue?: boolean;
  /** Examples and time spent in training steps. */
  trainedExamples: number;
  trainingMs: number;
}

export function freshProgress(): Progress {
  return {
    step: 0,
    batches: 0,
    lossSum: 0,
    lossCount: 0,
    evaluationsWithoutGain: 0,
    trainedExamples: 0,
    trainingMs: 0,
  };
}

export interface Checkpoint {
  readonly tensors: HostTensors;
  readonly progress: Progress;
}

/** Tensors by name, the rest as JSON in the metadata; one file, written beside and renamed. @throws RunFailure */
export async function writeCheckpoint(file: string, { tensors, progress }: Checkpoint): Promise<void> {
  await makeFolder(dirname(file));
  await writeSafetensors(file, tensors, {
    format: 'peft-workbench checkpoint',
    progress: JSON.stringify(progress),
  });
}

/** @throws UserError for a file that is no checkpoint. */
export async function readCheckpoint(file: string): Promise<Checkpoint> {
  const header = await readHeader(file);
  const progress = header.metadata.get('progress');
  if (progress === undefined)
    throw new UserError(`${file}: expected a checkpoint, found a safetensors file without progress`);
  return { tensors: await readTensors(header), progress: JSON.parse(progress) as Progress };
}
