import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import { zeros, type HostTensors } from '../core/tensor.ts';
import type { Executable, Executor, ExecutorId, ExecutorOptions, TensorStore } from '../engine/executor.ts';
import { openExecutor } from '../engine/registry.ts';
import type { Assembly } from '../program/assembly.ts';
import { evaluationProgram, trainingPrograms, trainingState } from '../program/training.ts';
import { assembleConfiguration } from '../recipe/assembleConfiguration.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { findTask } from '../tasks/registry.ts';
import type { Example } from '../tasks/task.ts';
import { disposeAll } from './disposeAll.ts';
import { evaluate, type Evaluation } from './evaluate.ts';
import { expectFloat16, initialValues } from './weights.ts';

/** A configuration's model in an executor's memory, which can be evaluated. */
export interface Session {
  readonly assembly: Assembly;
  readonly executor: Executor;
  readonly frozen: TensorStore;
  /** Trained tensors, optimizer state, gradient sums and their squared norms. */
  readonly state: TensorStore;
  /** Compiles the evaluation program where it is not yet, as the first `evaluate` does. */
  prepareEvaluation(): Promise<void>;
  evaluate(examples: readonly Example[], onBatch?: (done: number) => void): Promise<Evaluation>;
  /** Never throws: see disposeAll. */
  dispose(): Promise<readonly string[]>;
}

/** Programs that train, compiled: see trainingPrograms. */
export type TrainingExecutables =
  { readonly step: Executable } | { readonly accumulate: Executable; readonly apply: Executable };

export function assemblyOf(configuration: Configuration, model: ModelFolder, numLabels: number): Assembly {
  const { architecture, shape, missing } = model;
  return assembleConfiguration(configuration, { architecture, shape, missing, numLabels });
}

/**
 * `trained`: values of trained tensors that differ from the initial ones (of a checkpoint or an adapter).
 * @throws UserError where the executor has no such `modelDType`, or that cannot hold a weight
 */
export async function openSession(
  configuration: Configuration,
  model: ModelFolder,
  {
    labels,
    seed,
    executorId,
    trained = new Map(),
    onPlacement,
    modelDType = 'float32',
  }: {
    labels: readonly string[];
    seed: number;
    executorId: ExecutorId;
    trained?: HostTensors;
  } & ExecutorOptions,
): Promise<Session> {
  const assembly = assemblyOf(configuration, model, labels.length);
  const { training, task: taskFields } = configuration;
  const executor = await openExecutor(executorId, { onPlacement, modelDType });
  const weights = await model.load(assembly.frozen.map(({ name }) => name));
  if (modelDType === 'float16') expectFloat16(weights);
  const frozen = executor.store(weights, 'frozen');
  const state = executor.store(
    new Map([
      ...(await initialValues(assembly, model, seed)),
      ...trainingState(assembly, training).map(({ name, shape }) => [name, zeros(shape)] as const),
      ...trained,
    ]),
  );
  let compiled: Promise<Executable> | undefined;
  const compileOnce = () => (compiled ??= executor.compile(evaluationProgram(assembly)));
  const evaluator = {
    frozen,
    state,
    task: findTask(taskFields.type),
    taskFields,
    labels,
    batchSize: training.per_device_eval_batch_size,
    padTokenId: model.shape.padTokenId,
  };
  return {
    assembly,
    executor,
    frozen,
    state,
    prepareEvaluation: async () => void (await compileOnce()),
    evaluate: async (examples, onBatch) =>
      evaluate({ ...evaluator, executable: await compileOnce() }, examples, onBatch),
    dispose: () =>
      disposeAll([
        // Who asked for a program that does not compile knows that already.
        async () => (await compiled?.catch(() => undefined))?.dispose(),
        () => frozen.dispose(),
        () => state.dispose(),
        () => executor.dispose(),
      ]),
  };
}

export async function compileTraining(
  { executor, assembly }: Session,
  configuration: Configuration,
): Promise<TrainingExecutables> {
  const programs = trainingPrograms(assembly, configuration.training);
  if ('step' in programs) return { step: await executor.compile(programs.step) };
  return {
    accumulate: await executor.compile(programs.accumulate),
    apply: await executor.compile(programs.apply),
  };
}

/** Values of the trained tensors as they stand. */
export function trainedTensors({ state, assembly }: Session): Promise<HostTensors> {
  return state.read(assembly.trained.map(({ name }) => name));
}

/** Disposes of the programs that train, as far as they were compiled, and of the session. Never throws: see disposeAll. */
export async function endTraining(
  session: Session,
  executables?: TrainingExecutables,
): Promise<readonly string[]> {
  const programs = Object.values(executables ?? {}) as Executable[];
  const faults = await disposeAll(programs.map((executable) => () => executable.dispose()));
  return [...faults, ...(await session.dispose())];
}
