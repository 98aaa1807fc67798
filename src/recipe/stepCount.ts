import type { Training } from './recipe.ts';

/** Batches and optimizer steps of an epoch, and optimizer steps in all, of a run on so many training examples. */
export function stepCount(
  training: Training,
  examples: number,
): { readonly batchesPerEpoch: number; readonly stepsPerEpoch: number; readonly total: number } {
  const batchesPerEpoch = Math.ceil(examples / training.per_device_train_batch_size);
  const stepsPerEpoch = Math.ceil(batchesPerEpoch / training.gradient_accumulation_steps);
  const total = training.max_steps ?? Math.ceil(training.num_train_epochs * stepsPerEpoch);
  return { batchesPerEpoch, stepsPerEpoch, total };
}
