import { readFile, stat } from 'node:fs/promises';
import manifest from '../../package.json' with { type: 'json' };
import { plural } from '../core/display.ts';
import { internal } from '../core/errors.ts';
import { lessIsBetter } from '../core/metric.ts';
import { parseRecipe } from '../recipe/parse.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { runPaths, type RunPaths } from '../runs/runPaths.ts';
import type { Metrics, RunSummary } from '../runs/runRecord.ts';
import { freshProgress, readCheckpoint, writeCheckpoint, type Progress } from './checkpoint.ts';
import { conclude, named, saveAdapter } from './conclude.ts';
import { explainFault } from './deviceFault.ts';
import { evaluationNotFinite, inputsChanged } from './errors.ts';
import type { Evaluation } from './evaluate.ts';
import { readInputs, tokenizeAll } from './inputs.ts';
import { removeLeftovers } from '../files/atomicWrite.ts';
import { failureText, openJournal, type Journal } from './journal.ts';
import { keepLedger } from './keepLedger.ts';
import { endTraining, trainedTensors, type Session } from './session.ts';
import { startTraining } from './startTraining.ts';
import { peakMemoryBytes, resetPeakMemory } from './peakMemory.ts';
import { placementText } from './placementText.ts';
import { planSteps } from './steps.ts';
import { trainingLoop } from './trainingLoop.ts';
import { unlessStopped } from './unlessStopped.ts';

export interface Requested {
  stop(): boolean;
  /** True once for each request. */
  checkpoint(): boolean;
}

/** The graphics card that a run has. */
export interface CardLink {
  /** What it told since the last call. */
  readings(): Metrics | undefined;
  /** The run goes on without it. */
  onLeft(): void;
}

const noCard: CardLink = { readings: () => undefined, onLeft: () => undefined };

/** Trains a claimed run to its end, from its last checkpoint if it has one. Never throws for what befalls the run: that is in its record. */
export async function trainRun(
  runDir: string,
  requested: Requested,
  env: NodeJS.ProcessEnv,
  card: CardLink = noCard,
): Promise<void> {
  const journal = await openJournal(runDir);
  try {
    await journal.update({
      status: 'running',
      phase: 'loading',
      startedAt: journal.record.startedAt ?? now(),
      endedAt: undefined,
      failure: undefined,
    });
    const stopped = await work(runDir, journal, requested, env, card);
    await journal.update({ status: stopped ? 'stopped' : 'finished', phase: undefined, endedAt: now() });
    journal.log(stopped ? 'stopped' : 'finished');
  } catch (error) {
    const failure = failureText(error);
    journal.log(failure);
    await journal.update({ status: 'failed', phase: undefined, endedAt: now(), failure });
  } finally {
    journal.close();
  }
}

/** The story of a run, top to bottom. Returns whether it was stopped. */
async function work(
  runDir: string,
  journal: Journal,
  requested: Requested,
  env: NodeJS.ProcessEnv,
  card: CardLink,
): Promise<boolean> {
  resetPeakMemory();
  await removeLeftovers(runDir);
  const paths = runPaths(runDir);
  const { configuration, seed } = await ownRecipe(paths.recipe);
  const { training } = configuration;
  const inputs = await readInputs(configuration, seed, { recipeDir: runDir, env });
  const hashes = { data: inputs.dataHashes, baseWeights: await inputs.model.hash() };
  unchanged(journal, { ...hashes, splitRule: inputs.splitRule });
  for (const [split, count] of Object.entries(inputs.dropped))
    journal.log(`${plural(count, 'row')} of the ${split} file left out for their labels`);

  await journal.phase('tokenizing');
  const examples = tokenizeAll(inputs);
  const truncated = examples.train.filter((example) => example.truncated).length;

  const steps = planSteps(
    configuration,
    examples.train.map(({ inputIds }) => inputIds.length),
    seed,
  );
  await journal.phase('compiling');
  const { executorId, session, executables, description } = await startTraining({
    configuration,
    seed,
    inputs,
    train: examples.train,
    steps,
    onPlacement: (program, placement) => journal.log(placementText(program, placement)),
    record: journal.record,
    onFallback: async (executor, why) => {
      journal.log(`${why}; ${executor} takes its place, since the recipe says \`auto\``);
      await journal.update({ executorReason: `${journal.record.executorReason}; ${why}` });
      card.onLeft();
    },
  });
  try {
    if (examples.validation !== undefined || examples.test !== undefined) await session.prepareEvaluation();
    const { device, versions } = description;
    const { executorReason } = journal.record;
    journal.log(
      `${executorId}, ${device}${executorReason === undefined ? '' : ` (auto: ${executorReason})`}`,
    );
    const progress = await restore(session, paths, journal);
    const metricName = training.metric_for_best_model;
    await journal.update({
      executor: executorId,
      device,
      versions: { 'peft-workbench': manifest.version, node: process.versions.node, ...versions },
      hashes,
      splitRule: inputs.splitRule,
      truncatedShare: truncated / examples.train.length,
      metric: examples.validation === undefined ? undefined : `validation/${metricName}`,
      summary: summaryOf(session, progress, journal.record.summary),
    });
    if (truncated > 0)
      journal.log(
        `${truncated} of ${examples.train.length} training examples were cut to the model's or the recipe's length`,
      );

    await journal.phase('training');
    const last: Record<string, number> = { ...journal.record.summary?.last };
    /** The evaluation at the best checkpoint, where that was reached in this session. */
    let atBest: Evaluation | undefined;
    const record = (values: Metrics) => {
      journal.metrics(progress.step, values);
      Object.assign(last, values);
    };
    const saveCheckpoint = async () => {
      await writeCheckpoint(paths.lastCheckpoint, { tensors: await session.state.read(), progress });
      await keepBest(session, progress, paths.bestCheckpoint);
    };
    /** Sums of gradients in the middle of a step belong to no checkpoint. */
    const isWhole = () => 'step' in executables || progress.evaluationDue === true;
    const explained = (error: unknown, isEvaluating: boolean, canSave: boolean) =>
      explainFault(error, {
        configuration,
        inputs,
        executorId,
        step: progress.step,
        field: isEvaluating ? 'per_device_eval_batch_size' : 'per_device_train_batch_size',
        env,
        ...(canSave && { save: saveCheckpoint }),
      });
    const { stopped } = await trainingLoop({
      configuration,
      seed,
      session,
      executables,
      train: examples.train,
      steps,
      progress,
      requested,
      stopping: () => journal.update({ status: 'stopping' }),
      log: (values) => Promise.resolve(record(values)),
      afterStep: () => {
        const read = description.isNvidia === true ? card.readings() : undefined;
        if (read !== undefined) journal.metrics(progress.step, read);
        return journal.updateSometimes(() => ({
          progress: { step: progress.step, totalSteps: steps.total },
          summary: { ...summaryOf(session, progress), last },
        }));
      },
      evaluate: async () => {
        if (examples.validation === undefined) return true;
        await journal.phase('evaluating');
        const { validation } = examples;
        const evaluation = await unlessStopped(requested, (onBatch) => session.evaluate(validation, onBatch));
        if (evaluation === undefined) return false;
        const { metrics } = evaluation;
        for (const [metric, value] of Object.entries(metrics))
          if (!Number.isFinite(value)) throw evaluationNotFinite(progress.step, metric, value);
        record({ epoch: progress.batches / steps.batchesPerEpoch, ...named('validation', metrics) });
        const improved = noteBest(progress, metricName, metrics);
        if (improved) atBest = evaluation;
        progress.evaluationsWithoutGain = improved ? 0 : progress.evaluationsWithoutGain + 1;
        await journal.update({ summary: { ...summaryOf(session, progress), last } });
        await journal.phase('training');
        return true;
      },
      saveCheckpoint,
    }).catch(async (error) => {
      throw await explained(error, progress.evaluationDue === true, isWhole());
    });
    await journal.update({
      progress: { step: progress.step, totalSteps: steps.total },
      summary: { ...summaryOf(session, progress), last },
    });
    if (stopped) return true;

    await journal.phase('evaluating');
    const found = await conclude({
      runDir,
      session,
      inputs,
      examples,
      seed,
      progress,
      journal,
      requested,
      atBest,
    }).catch(async (error) => {
      // What is on the device now is the best checkpoint, not the last.
      throw await explained(error, true, false);
    });
    if (found === undefined) return true;
    const best = { ...progress.best?.metrics, ...found };
    Object.assign(last, best);
    const bestStep = progress.best?.step ?? progress.step; // without validation data the last is the best
    await journal.update({ summary: { ...summaryOf(session, progress), last, best, bestStep } });
    await saveAdapter(
      paths.adapter,
      session,
      inputs,
      { weightsSha256: hashes.baseWeights, seed },
      journal.record.summary as RunSummary,
    );
    const { train } = examples;
    const context = { runDir, configuration, seed, session, executables, train, steps };
    await keepLedger({ ...context, model: inputs.model, step: bestStep });
    // At the very end, so that a conclusion that is begun anew says nothing twice.
    if (Object.keys(found).length > 0) journal.metrics(bestStep, found);
    return false;
  } finally {
    for (const fault of await endTraining(session, executables)) journal.log(fault);
  }
}

/** The run's own recipe, which was written resolved: one configuration, one seed. */
export async function ownRecipe(file: string): Promise<{ configuration: Configuration; seed: number }> {
  const { recipe, problems } = parseRecipe(await readFile(file, 'utf8'), file);
  if (recipe === undefined) throw new Error(`${file}: ${problems[0]?.message ?? 'not a recipe'}`);
  return { configuration: recipe.configurations[0], seed: recipe.seeds[0] };
}

/** A resumed run goes on with the data and weights it began with, or not at all. */
function unchanged(
  journal: Journal,
  now: { data: Readonly<Record<string, string>>; baseWeights: string; splitRule: string | undefined },
): void {
  const { hashes: before, splitRule } = journal.record;
  if (before === undefined) return;
  if (before.baseWeights !== now.baseWeights) throw inputsChanged('the base model');
  if (splitRule !== now.splitRule) throw inputsChanged('the rule by which validation data is cut off');
  for (const [split, hash] of Object.entries(now.data)) {
    if (before.data[split] !== hash) throw inputsChanged(`the ${split} file`);
  }
}

/** Puts the last checkpoint's tensors in place, where there is one. */
async function restore(session: Session, paths: RunPaths, journal: Journal): Promise<Progress> {
  if ((await stat(paths.lastCheckpoint).catch(() => undefined)) === undefined) {
    // Lines of a first attempt that ended before its first checkpoint.
    if ((await stat(paths.metrics)).size > 0) journal.resumed(0);
    return freshProgress();
  }
  const { tensors, progress } = await readCheckpoint(paths.lastCheckpoint);
  const { names } = session.state;
  if (names.length !== tensors.size || !names.every((name) => tensors.has(name)))
    throw inputsChanged('what its methods train');
  await session.state.write(tensors);
  await keepBest(session, progress, paths.bestCheckpoint);
  journal.resumed(progress.step);
  journal.log(`resumed after step ${progress.step}`);
  return progress;
}

/** Returns whether these metrics are the best so far; then they are noted. */
function noteBest(progress: Progress, name: string, metrics: Metrics): boolean {
  const value = metrics[name] ?? internal(`the task gave no metric "${name}"`);
  const sign = lessIsBetter(name) ? -1 : 1;
  if (progress.best !== undefined && sign * value <= sign * progress.best.value) return false;
  progress.best = { step: progress.step, value, metrics: named('validation', metrics) };
  return true;
}

/**
 * Writes the best checkpoint if the session stands at it. It is called once the last checkpoint says so, and again where a run goes on from
 * there: so the best one is never newer than what is known of it, and it is made anew where the run was killed between the two.
 */
async function keepBest(session: Session, progress: Progress, file: string): Promise<void> {
  if (progress.best?.step !== progress.step) return;
  await writeCheckpoint(file, { tensors: await trainedTensors(session), progress });
}

function summaryOf({ assembly }: Session, progress: Progress, earlier?: RunSummary): RunSummary {
  return {
    last: earlier?.last ?? {},
    best: progress.best?.metrics ?? {},
    ...(progress.best && { bestStep: progress.best.step }),
    samplesPerSecond: progress.trainingMs === 0 ? 0 : (progress.trainedExamples / progress.trainingMs) * 1000,
    peakMemoryBytes: peakMemoryBytes(),
    parameters: assembly.parameters,
  };
}

function now(): string {
  return new Date().toISOString();
}
