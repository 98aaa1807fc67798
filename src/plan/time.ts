import type { Training } from '../recipe/recipe.ts';
import type { SplitRows } from '../recipe/splitRows.ts';
import { stepCount } from '../recipe/stepCount.ts';
import type { Work } from './work.ts';

/** About how long training takes on the machine that was measured. */
export interface TimeEstimate {
  /** Of one optimizer step at the length to which batches are padded on average, else at `max_length`. */
  readonly secondsPerStep: number;
  /** Absent, like the next, where it depends on data that cannot be read. */
  readonly stepsPerRun?: number;
  /** Of all steps and evaluations. */
  readonly secondsPerRun?: number;
}

export interface TimeRequest {
  readonly training: Training;
  /** Of each split. */
  readonly examples: SplitRows;
  /** Of one optimizer step. */
  readonly step: Work;
  /** Of one batch of an evaluation; absent where there is no data to evaluate. */
  readonly evaluation?: Work;
  /** Seconds that the machine takes for some work. */
  readonly secondsOf: (work: Work) => number;
}

export function estimateTime({ training, examples, step, evaluation, secondsOf }: TimeRequest): TimeEstimate {
  const secondsPerStep = secondsOf(step);
  const counted = examples.train === undefined ? undefined : stepCount(training, examples.train);
  const stepsPerRun = training.max_steps ?? counted?.total;
  if (stepsPerRun === undefined) return { secondsPerStep };
  const evaluations = evaluationsOf(training, stepsPerRun, counted?.stepsPerEpoch);
  const batches =
    evaluationBatches(training, examples.validation) * evaluations +
    evaluationBatches(training, examples.test);
  return {
    secondsPerStep,
    stepsPerRun,
    secondsPerRun: stepsPerRun * secondsPerStep + (evaluation ? batches * secondsOf(evaluation) : 0),
  };
}

function evaluationBatches({ per_device_eval_batch_size: size }: Training, examples = 0): number {
  return Math.ceil(examples / size);
}

/** Every epoch or so many steps, and once more behind the last step, where that is none of them. */
function evaluationsOf(training: Training, stepsPerRun: number, stepsPerEpoch = Infinity): number {
  const { eval_strategy: strategy, eval_steps = Infinity } = training;
  const every = { epoch: stepsPerEpoch, steps: eval_steps, no: Infinity }[strategy];
  return Math.ceil(stepsPerRun / every) || 1;
}
