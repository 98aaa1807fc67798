import { scalar } from '../core/tensor.ts';
import { collate } from '../data/collate.ts';
import { dropoutFeeds } from '../program/dropoutFeeds.ts';
import { optimizers } from '../program/optimizers.ts';
import { learningRateFeed } from '../program/training.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Example } from '../tasks/task.ts';
import { countTargets } from '../tasks/countTargets.ts';
import type { Session, TrainingExecutables } from './session.ts';

/** What every step of a run works with; its state moves. */
export interface StepContext {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly session: Pick<Session, 'assembly' | 'frozen' | 'state'>;
  readonly executables: TrainingExecutables;
  readonly train: readonly Example[];
}

/**
 * One optimizer step over batches of examples (indices). `step` and `batch`: how many of each came before it. A step that is not finite changes
 * nothing.
 */
export async function optimizerStep(
  { configuration: { training }, seed, session, executables, train }: StepContext,
  batches: readonly Int32Array[],
  { step, batch: done, learningRate }: { step: number; batch: number; learningRate(method: string): number },
): Promise<{ loss: number; gradNorm: number; finite: boolean }> {
  const { assembly, frozen, state } = session;
  const targets = batches.reduce((sum, batch) => sum + countTargets(Array.from(batch, (i) => train[i])), 0);
  const batchFeeds = (batch: Int32Array, index: number) => {
    const feeds = collate(
      Array.from(batch, (i) => train[i]),
      { padTokenId: assembly.info.shape.padTokenId, targetShape: assembly.task.targetShape },
    );
    const [B, S] = feeds.input_ids.shape;
    return {
      ...feeds,
      loss_denominator: scalar(Math.max(1, targets)),
      ...dropoutFeeds(assembly.dropoutSites, { seed, step: done + index, symbols: { B, S } }),
    };
  };
  const updateFeeds = {
    ...Object.fromEntries(
      assembly.trained.map(({ method }) => [learningRateFeed(method), scalar(learningRate(method))]),
    ),
    ...Object.fromEntries(
      Object.entries(optimizers[training.optim].scalars(training, step + 1)).map(([name, value]) => [
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
  return {
    loss: results.loss.data[0],
    gradNorm: results.grad_norm.data[0],
    finite: results.finite.data[0] === 1,
  };
}
