import { trainBatches } from '../data/batches.ts';
import { schedules, warmupStepCount } from '../program/schedules.ts';
import { stepCount } from '../recipe/stepCount.ts';
import type { Configuration } from '../recipe/recipe.ts';

/** How many steps a run has, which examples each takes and at which rate: all functions of the recipe, the seed and the step. */
export interface Steps {
  readonly total: number;
  readonly batchesPerEpoch: number;
  /** Batches of examples (indices) that make the step after `batches` batches; fewer than the accumulation at an epoch's end. */
  take(batches: number): readonly Int32Array[];
  /** Whether an epoch ends after that many batches. */
  endsEpoch(batches: number): boolean;
  /** Learning rate of a method's tensors, or of `head`, at a step (0-based). */
  learningRate(group: string, step: number): number;
}

export function planSteps(
  { training, methods }: Configuration,
  lengths: readonly number[],
  seed: number,
): Steps {
  const accumulation = training.gradient_accumulation_steps;
  const { batchesPerEpoch, total } = stepCount(training, lengths.length);
  const warmup = warmupStepCount(training.warmup_steps, total);
  const rates = new Map([
    ['head', training.learning_rate],
    ...methods.map(({ id, learning_rate }) => [id, learning_rate] as const),
  ]);

  let current: { epoch: number; batches: readonly Int32Array[] } | undefined;
  const epochBatches = (epoch: number) => {
    if (current?.epoch !== epoch) {
      const { per_device_train_batch_size: batchSize, train_sampling_strategy: strategy } = training;
      current = { epoch, batches: trainBatches({ lengths, batchSize, seed, epoch, strategy }) };
    }
    return current.batches;
  };
  return {
    total,
    batchesPerEpoch,
    take: (batches) => {
      const first = batches % batchesPerEpoch;
      return epochBatches(Math.floor(batches / batchesPerEpoch)).slice(first, first + accumulation);
    },
    endsEpoch: (batches) => batches % batchesPerEpoch === 0,
    learningRate: (group, step) => {
      const rate = rates.get(group) ?? training.learning_rate;
      return rate * training.learning_rate_scale * schedules[training.lr_scheduler_type](step, warmup, total);
    },
  };
}
