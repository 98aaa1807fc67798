import type { Progress } from './checkpoint.ts';
import { notFinite } from './errors.ts';
import { optimizerStep, type StepContext } from './optimizerStep.ts';
import type { Steps } from './steps.ts';

export interface LoopContext extends StepContext {
  readonly steps: Steps;
  /** Advanced in place. */
  readonly progress: Progress;
  /** The outside world asks for an end, or for a checkpoint. */
  readonly requested: { stop(): boolean; checkpoint(): boolean };
  /** Called once a stop was asked for, before the last checkpoint. */
  stopping(): Promise<void>;
  log(values: Readonly<Record<string, number>>): Promise<void>;
  afterStep(): Promise<void>;
  /** Evaluates, keeps the best, and counts in `progress` how long there was none better. False: a stop was asked for before its end. */
  evaluate(): Promise<boolean>;
  saveCheckpoint(): Promise<void>;
}

const CHECKPOINT_EVERY_MS = 60_000;

/** Steps until the end, a stop or early stopping. Returns whether it was stopped. @throws RunFailure for a loss that is not finite */
export async function trainingLoop(context: LoopContext): Promise<{ stopped: boolean }> {
  const { configuration, steps, progress, requested } = context;
  const { training } = configuration;
  let savedMs = performance.now();
  const save = async () => {
    await context.saveCheckpoint();
    savedMs = performance.now();
  };
  const stop = async () => {
    await context.stopping();
    await save();
    return { stopped: true };
  };

  const patience = training.early_stopping_patience ?? Infinity;
  for (;;) {
    if (progress.evaluationDue) {
      if (!(await context.evaluate())) return stop();
      progress.evaluationDue = false;
      await save();
    }
    if (progress.step >= steps.total || progress.evaluationsWithoutGain >= patience)
      return { stopped: false };
    if (requested.stop()) return stop();

    const startedMs = performance.now();
    const batches = steps.take(progress.batches);
    const { loss, gradNorm, finite } = await optimizerStep(context, batches, {
      step: progress.step,
      batch: progress.batches,
      learningRate: (method) => steps.learningRate(method, progress.step),
    });
    if (!finite) throw notFinite(progress.step + 1, loss, gradNorm);
    progress.step += 1;
    progress.batches += batches.length;
    progress.lossSum += loss;
    progress.lossCount += 1;
    progress.trainedExamples += batches.reduce((sum, batch) => sum + batch.length, 0);
    progress.trainingMs += performance.now() - startedMs;

    const last = progress.step === steps.total;
    if (progress.step % training.logging_steps === 0 || last) {
      await context.log({
        epoch: progress.batches / steps.batchesPerEpoch,
        'train/loss': progress.lossSum / progress.lossCount,
        lr: steps.learningRate(configuration.methods[0].id, progress.step - 1),
        grad_norm: gradNorm,
      });
      progress.lossSum = 0;
      progress.lossCount = 0;
    }
    await context.afterStep();

    const { eval_strategy: strategy, eval_steps: every } = training;
    progress.evaluationDue =
      last ||
      (strategy === 'epoch' && steps.endsEpoch(progress.batches)) ||
      (strategy === 'steps' && progress.step % (every ?? Infinity) === 0);
    // Else the checkpoint follows the evaluation.
    if (
      !progress.evaluationDue &&
      (requested.checkpoint() || performance.now() - savedMs > CHECKPOINT_EVERY_MS)
    )
      await save();
  }
}
