import { collate } from '../data/collate.ts';
import { scalar } from '../core/tensor.ts';
import { dropoutFeeds } from '../program/dropoutFeeds.ts';
import { optimizers } from '../program/optimizers.ts';
import { learningRateFeed } from '../program/training.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Example } from '../tasks/task.ts';
import type { Progress } from './checkpoint.ts';
import { notFinite } from './errors.ts';
import type { Session, TrainingExecutables } from './session.ts';
import type { Steps } from './steps.ts';

export interface LoopContext {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly session: Session;
  readonly executables: TrainingExecutables;
  readonly train: readonly Example[];
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
    const examples = batches.reduce((sum, batch) => sum + batch.length, 0);
    const { loss, gradNorm } = await runStep(context, batches, examples);
    progress.step += 1;
    progress.batches += batches.length;
    progress.lossSum += loss;
    progress.lossCount += 1;
    progress.trainedExamples += examples;
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

/** One optimizer step over these batches. */
async function runStep(
  { configuration, seed, session, executables, train, steps, progress }: LoopContext,
  batches: readonly Int32Array[],
  examples: number,
): Promise<{ loss: number; gradNorm: number }> {
  const { assembly, frozen, state } = session;
  const { training } = configuration;
  const batchFeeds = (batch: Int32Array, index: number) => {
    const feeds = collate(
      Array.from(batch, (i) => train[i]),
      assembly.info.shape.padTokenId,
    );
    const [B, S] = feeds.input_ids.shape;
    return {
      ...feeds,
      loss_denominator: scalar(examples),
      ...dropoutFeeds(assembly.dropoutSites, { seed, step: progress.batches + index, symbols: { B, S } }),
    };
  };
  const updateFeeds = {
    ...Object.fromEntries(
      assembly.trained.map(({ method }) => [
        learningRateFeed(method),
        scalar(steps.learningRate(method, progress.step)),
      ]),
    ),
    ...Object.fromEntries(
      Object.entries(optimizers[training.optim].scalars(training, progress.step + 1)).map(([name, value]) => [
        name,
        scalar(value),
      ]),
    ),
  };
  let results;
  if ('step' in executables) {
    results = await executables.step.run({
      frozen,
      state,
      feeds: { ...batchFeeds(batches[0], 0), ...updateFeeds },
    });
  } else {
    for (const [index, batch] of batches.entries()) {
      await executables.accumulate.run({ frozen, state, feeds: batchFeeds(batch, index) });
    }
    results = await executables.apply.run({ frozen, state, feeds: updateFeeds });
  }
  const [loss, gradNorm] = [results.loss.data[0], results.grad_norm.data[0]];
  if (results.finite.data[0] !== 1) throw notFinite(progress.step + 1, loss, gradNorm);
  return { loss, gradNorm };
}
