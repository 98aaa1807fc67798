import type { ExecutorId } from '../engine/executor.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { readInputs, tokenize } from './inputs.ts';
import { optimizerStep } from './optimizerStep.ts';
import { compileTraining, endTraining, openSession } from './session.ts';
import { planSteps } from './steps.ts';
import { timeSteps } from './timeSteps.ts';

/** Training rows that are cut into tokens: enough batches for every step that is timed. */
const BATCHES = 8;
const LEAST_STEPS = 2;
const ENOUGH_MS = 1500;
/** Devices compile their kernels at first, and again for a second length. */
const WARMUPS = 2;

/** Seconds of a run's own training step: its model, methods, batch size and texts. @throws whatever a run would fail with at its start */
export async function ownStepSeconds(
  configuration: Configuration,
  seed: number,
  executorId: ExecutorId,
  env: NodeJS.ProcessEnv,
): Promise<number> {
  const inputs = await readInputs(configuration, seed, { recipeDir: '/', env });
  const { per_device_train_batch_size: batchSize, gradient_accumulation_steps: accumulation } =
    configuration.training;
  const { file, rows } = inputs.splits.train;
  const stride = Math.max(1, Math.floor(rows.length / (BATCHES * batchSize * accumulation)));
  const train = tokenize(inputs, { file, rows: rows.filter((_, i) => i % stride === 0) });
  const session = await openSession(configuration, inputs.model, {
    labels: inputs.labels,
    seed,
    executorId,
    modelDType: configuration.training.model_dtype,
  });
  const executables = await compileTraining(session, configuration);
  try {
    const steps = planSteps(
      configuration,
      train.map(({ inputIds }) => inputIds.length),
      seed,
    );
    let done = 0;
    return await timeSteps(
      async (step) => {
        const batches = steps.take(done);
        const context = { configuration, seed, session, executables, train };
        await optimizerStep(context, batches, {
          step,
          batch: done,
          learningRate: (method) => steps.learningRate(method, Math.min(step, steps.total - 1)),
        });
        done += batches.length;
      },
      { steps: LEAST_STEPS, ms: ENOUGH_MS },
      WARMUPS,
    );
  } finally {
    await endTraining(session, executables);
  }
}
