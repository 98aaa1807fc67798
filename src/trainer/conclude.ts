import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { writeAdapter } from '../checkpoints/adapterFolder.ts';
import type { Row } from '../core/row.ts';
import type { HostTensors } from '../core/tensor.ts';
import { makeFolder, writeFileAtomically } from '../files/atomicWrite.ts';
import { foldProgram } from '../program/fold.ts';
import { runPaths, type Split } from '../runs/runPaths.ts';
import type { Metrics, RunSummary } from '../runs/runRecord.ts';
import { predictionLines } from '../tasks/predictionLines.ts';
import { predictionsOf, predicts, predictsFromLogits, type Outcomes } from '../tasks/predictions.ts';
import { readCheckpoint, writeCheckpoint, type Progress } from './checkpoint.ts';
import { disposeAll } from './disposeAll.ts';
import type { Evaluation } from './evaluate.ts';
import { maxLengthOf, type Examples, type Inputs } from './inputs.ts';
import type { Journal } from './journal.ts';
import { trainedTensors, type Session } from './session.ts';
import { unlessStopped } from './unlessStopped.ts';
import { openWriter, type Writer, type Written } from './write.ts';

export interface ConclusionContext {
  readonly runDir: string;
  readonly session: Session;
  readonly inputs: Inputs;
  readonly examples: Examples;
  readonly seed: number;
  readonly progress: Progress;
  readonly journal: Journal;
  readonly requested: { stop(): boolean };
  /** The validation at the best checkpoint, where it is known. */
  readonly atBest: Evaluation | undefined;
}

/**
 * At the best checkpoint: predictions, and the test file's metrics. Returns the metrics that are not in those of the best checkpoint yet, or
 * undefined where a stop was asked for; a resumed run then begins its conclusion anew.
 */
export async function conclude({
  runDir,
  session,
  inputs,
  examples,
  seed,
  progress,
  journal,
  requested,
  atBest,
}: ConclusionContext): Promise<Record<string, number> | undefined> {
  const paths = runPaths(runDir);
  if (progress.best === undefined)
    await writeCheckpoint(paths.bestCheckpoint, { tensors: await trainedTensors(session), progress });
  else await session.state.write((await readCheckpoint(paths.bestCheckpoint)).tensors);
  const { per_device_eval_batch_size: batchSize } = inputs.configuration.training;
  const splits = (['validation', 'test'] as const).filter((split) => examples[split] !== undefined);
  const writer =
    splits.length === 0
      ? undefined
      : await openWriter(session, {
          tokenizer: inputs.tokenizer,
          maxLength: maxLengthOf(inputs),
          batchSize,
          seed,
        });
  const found: Record<string, number> = {};
  try {
    for (const split of splits) {
      const outcome = await concludeSplit(split, writer, { session, inputs, examples, requested, atBest });
      if (outcome === undefined) return undefined;
      const { metrics, written, outcomes } = outcome;
      await writePredictions(paths.predictions(split), inputs, inputs.splits[split]?.rows ?? [], outcomes);
      if (written?.cut)
        journal.log(`${written.cut} of ${written.texts.length} prompts of ${split} lost their beginning`);
      Object.assign(found, named(split, metrics));
    }
  } finally {
    for (const fault of await disposeAll([() => writer?.dispose()])) journal.log(fault);
  }
  return found;
}

/** Undefined where a stop was asked for. `metrics`: those of the split that are not in the metrics of the best checkpoint yet. */
async function concludeSplit(
  split: 'validation' | 'test',
  writer: Writer | undefined,
  {
    session,
    inputs: { task },
    examples: { [split]: examples = [] },
    requested,
    atBest,
  }: Pick<ConclusionContext, 'session' | 'inputs' | 'examples' | 'requested' | 'atBest'>,
): Promise<{ metrics: Metrics; written?: Written; outcomes: Outcomes } | undefined> {
  const isNew = split === 'test';
  let evaluation = isNew ? undefined : atBest;
  if (evaluation === undefined && (isNew || predictsFromLogits(task))) {
    evaluation = await unlessStopped(requested, (onBatch) => session.evaluate(examples, onBatch));
    if (evaluation === undefined) return undefined;
  }
  const written = writer && (await unlessStopped(requested, (onBatch) => writer.write(examples, onBatch)));
  if (writer !== undefined && written === undefined) return undefined;
  return {
    metrics: { ...(isNew && evaluation?.metrics), ...written?.metrics },
    written,
    outcomes: { ...evaluation, ...written, examples },
  };
}

async function writePredictions(
  file: string,
  { task, labels, configuration }: Inputs,
  rows: readonly Row[],
  outcomes: Outcomes,
): Promise<void> {
  if (!predicts(task)) return;
  await makeFolder(dirname(file));
  const predictions = predictionsOf(task, configuration.task, outcomes, labels);
  const lines = predictionLines(task, configuration.task, rows, predictions);
  await writeFileAtomically(file, (handle) => handle.writeFile(lines.join('')));
}

/** The run's own adapter: what exports are made from. */
export async function saveAdapter(
  dir: string,
  session: Session,
  inputs: Inputs,
  { weightsSha256, seed }: { readonly weightsSha256: string; readonly seed: number },
  summary: RunSummary,
): Promise<void> {
  if ((await stat(dir).catch(() => undefined)) !== undefined) return;
  const { name, variant, model, revision, weights, task } = inputs.configuration;
  await writeAdapter(dir, {
    recipe: name,
    variant,
    base: {
      model,
      ...(revision !== undefined && { revision }),
      ...(weights !== undefined && { weights, seed }),
      weightsSha256,
    },
    methods: session.assembly.methods.map(({ method: { id, fold }, fields }) => {
      return { id, fields: (fold?.fields(fields) ?? fields) as never };
    }),
    task: { ...task, labels: [...inputs.labels] },
    parameters: summary.parameters,
    metrics: summary.best,
    tensors: await keptTensors(session),
  });
}

/** The trained tensors as they stand, those that are folded in the form that is kept. */
async function keptTensors(session: Session): Promise<HostTensors> {
  const stored = session.assembly.trained.filter((tensor) => tensor.stored);
  const tensors = await session.state.read(stored.map(({ name }) => name));
  return new Map([...tensors, ...(await foldedTensors(session))]);
}

/** What the methods that are trained in another form are folded into; none where there is no such method. */
export async function foldedTensors({
  assembly,
  executor,
  frozen,
  state,
}: Pick<Session, 'assembly' | 'executor' | 'frozen' | 'state'>): Promise<HostTensors> {
  const program = foldProgram(assembly);
  if (program === undefined) return new Map();
  const executable = await executor.compile(program);
  const folded = await executable.run({ frozen, state, feeds: {} });
  await executable.dispose();
  return new Map(Object.entries(folded));
}

/** Metrics under the name of their split: `validation/accuracy`. */
export function named(split: Split, metrics: Metrics): Record<string, number> {
  return Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${split}/${name}`, value]));
}
