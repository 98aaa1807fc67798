import { messageOf } from '../core/errors.ts';
import { modelDTypes, type Description, type ExecutorId, type ExecutorOptions } from '../engine/executor.ts';
import { executors, resolveExecutor } from '../engine/registry.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import type { Example } from '../tasks/task.ts';
import type { Inputs } from './inputs.ts';
import {
  compileTraining,
  endTraining,
  openSession,
  type Session,
  type TrainingExecutables,
} from './session.ts';
import type { Steps } from './steps.ts';
import { trialStep } from './trialStep.ts';

/** A run's model and programs, ready on an executor. */
export interface Started {
  readonly executorId: ExecutorId;
  readonly session: Session;
  readonly executables: TrainingExecutables;
  readonly description: Description;
}

export interface StartContext extends ExecutorOptions {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly inputs: Pick<Inputs, 'model' | 'labels'>;
  readonly train: readonly Example[];
  readonly steps: Steps;
  readonly record: Pick<RunRecord, 'executor' | 'executorReason' | 'hashes'>;
  /** Told where the executor that `auto` chose fails, and the processor's takes its place. */
  onFallback(executor: ExecutorId, why: string): Promise<void>;
}

/**
 * Opens a session and compiles the programs that train. A run that has begun stays on its executor. One that `auto` chose may fail here, for
 * the processor's then takes its place; one that was asked for by name must not. What `auto` chose also runs a step beside the run: devices take memory, and
 * tell where operators ran, only then. @throws UserError, and whatever else the executor fails with
 */
export async function startTraining(context: StartContext): Promise<Started> {
  const { configuration, record } = context;
  // A queued run names the executor that it is to have.
  const begun =
    record.hashes !== undefined && record.executor !== undefined && Object.hasOwn(executors, record.executor);
  const chosen = begun ? (record.executor as ExecutorId) : resolveExecutor(configuration.training.executor);
  const spare = resolveExecutor('auto');
  const isAuto = !begun && record.executorReason !== undefined;
  const hasSpare =
    isAuto && chosen !== spare && modelDTypes[spare].includes(configuration.training.model_dtype);
  if (!hasSpare) return startOn(chosen, context);
  try {
    return await startOn(chosen, context, tryStep);
  } catch (error) {
    await context.onFallback(spare, `${chosen} failed at its start: ${messageOf(error).split('\n')[0]}`);
    return startOn(spare, context);
  }
}

async function startOn(
  executorId: ExecutorId,
  context: StartContext,
  prove?: (started: Started, context: StartContext) => Promise<unknown>,
): Promise<Started> {
  const {
    configuration,
    seed,
    inputs: { model, labels },
    onPlacement,
  } = context;
  const { model_dtype: modelDType } = configuration.training;
  const session = await openSession(configuration, model, {
    labels,
    seed,
    executorId,
    onPlacement,
    modelDType,
  });
  let executables: TrainingExecutables | undefined;
  try {
    executables = await compileTraining(session, configuration);
    const description = await session.executor.describe();
    const started = { executorId, session, executables, description };
    await prove?.(started, context);
    return started;
  } catch (error) {
    await endTraining(session, executables);
    throw error;
  }
}

function tryStep(
  { session, executables }: Started,
  { configuration, seed, train, steps }: StartContext,
): Promise<unknown> {
  const learningRate = (method: string) => steps.learningRate(method, 0);
  return trialStep({ configuration, seed, session, executables, train, steps }, { learningRate });
}
