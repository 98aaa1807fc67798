import { messageOf } from '../core/errors.ts';
import type { Description, ExecutorId, ExecutorOptions } from '../engine/executor.ts';
import { executors, resolveExecutor } from '../engine/registry.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import type { Inputs } from './inputs.ts';
import { compileTraining, openSession, type Session, type TrainingExecutables } from './session.ts';

/** A run's model and programs, ready on an executor. */
export interface Started {
  readonly executorId: ExecutorId;
  readonly session: Session;
  readonly executables: TrainingExecutables;
  readonly description: Description;
}

export interface StartContext {
  readonly configuration: Configuration;
  readonly seed: number;
  readonly inputs: Pick<Inputs, 'model' | 'labels'>;
  readonly record: Pick<RunRecord, 'executor' | 'executorReason' | 'hashes'>;
  readonly onPlacement?: ExecutorOptions['onPlacement'];
  /** Told where the executor that `auto` chose fails, and the processor's takes its place. */
  onFallback(executor: ExecutorId, why: string): Promise<void>;
}

/**
 * Opens a session and compiles the programs that train. A run that has begun stays on its executor. One that `auto` chose may fail here, for
 * the processor's then takes its place; one that was asked for by name must not. @throws UserError, and whatever else the executor fails with
 */
export async function startTraining(context: StartContext): Promise<Started> {
  const { configuration, record } = context;
  // A queued run names the executor that it is to have.
  const begun =
    record.hashes !== undefined && record.executor !== undefined && Object.hasOwn(executors, record.executor);
  const chosen = begun ? (record.executor as ExecutorId) : resolveExecutor(configuration.training.executor);
  const spare = resolveExecutor('auto');
  try {
    return await startOn(chosen, context);
  } catch (error) {
    if (begun || record.executorReason === undefined || chosen === spare) throw error;
    await context.onFallback(spare, `${chosen} failed at its start: ${messageOf(error).split('\n')[0]}`);
    return startOn(spare, context);
  }
}

async function startOn(
  executorId: ExecutorId,
  { configuration, seed, inputs: { model, labels }, onPlacement }: StartContext,
): Promise<Started> {
  const session = await openSession(configuration, model, { labels, seed, executorId, onPlacement });
  try {
    const executables = await compileTraining(session, configuration);
    return { executorId, session, executables, description: await session.executor.describe() };
  } catch (error) {
    await session.dispose();
    throw error;
  }
}
