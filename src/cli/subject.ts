import { stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { readAdapter, type AdapterManifest } from '../checkpoints/adapterFolder.ts';
import { findFile } from '../checkpoints/files.ts';
import type { ModelFolder } from '../checkpoints/modelFolder.ts';
import type { Tokenizer } from '../checkpoints/tokenizer.ts';
import type { HostTensors } from '../core/tensor.ts';
import { readTable } from '../data/table.ts';
import type { LearntBy } from '../exports/form.ts';
import { readPeftFolder } from '../exports/readPeft.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { defaultLearningRate } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import type { Configuration, MethodUse, Recipe, TaskSection } from '../recipe/recipe.ts';
import { withPaths } from '../recipe/resolved.ts';
import { findRun } from '../runs/runFolder.ts';
import { runPaths } from '../runs/runPaths.ts';
import type { RunRecord } from '../runs/runRecord.ts';
import { columnsOf, droppedOf } from '../tasks/columns.ts';
import { findTask } from '../tasks/registry.ts';
import type { TaskFields } from '../tasks/task.ts';
import { readCheckpoint } from '../trainer/checkpoint.ts';
import { readModel } from '../trainer/inputs.ts';
import { labelledModel } from '../trainer/labelledModel.ts';
import type { Io } from './command.ts';
import {
  foreignMethod,
  noAdapter,
  noBestCheckpoint,
  noSuchVariant,
  otherBaseWeights,
  otherTrainData,
  peftHasHeadOfClass,
  variantsDiffer,
} from './errors.ts';
import { readRecipeFile } from './recipeFile.ts';

/** What is evaluated: a model with what it learnt, and the recipe that says how it reads data. */
export interface Subject {
  /** The run, recipe or adapter folder, as messages call it. */
  readonly name: string;
  /** Its data files are absolute. */
  readonly configuration: Configuration;
  /** Cuts the validation rows off, where they are a share of train; only a run has one seed. */
  readonly seed?: number;
  /** How the run cut them off. */
  readonly splitRule?: string;
  readonly model: ModelFolder;
  readonly tokenizer: Tokenizer;
  /** In the order of their ids. */
  readonly labels: readonly string[];
  /** What was learnt, by canonical name. */
  readonly tensors: HostTensors;
}

/** A run at its best checkpoint. @throws UserError; Refusal where the run has none yet */
export async function subjectOfRun(argument: string, runsDir: string, { cwd, env }: Io): Promise<Subject> {
  const { id, dir, record, status } = await findRun(argument, { cwd, runsDir });
  const paths = runPaths(dir);
  if (!(await exists(paths.bestCheckpoint))) throw noBestCheckpoint(id, status);
  const { recipe } = await readRecipeFile(paths.recipe, dir);
  const configuration = onItsExecutor(recipe.configurations[0], record);
  const [seed] = recipe.seeds;
  const { model, tokenizer } = await readModel(configuration, seed, { recipeDir: dir, env });
  await expectBase(model, id, record.hashes?.baseWeights);
  // A run that did not finish has a best checkpoint without an adapter to say the labels.
  const labels =
    status === 'finished'
      ? (await readAdapter(paths.adapter)).task.labels
      : (await labelledByData(model, configuration, { name: id, hash: record.hashes?.data.train })).labels;
  const { tensors } = await readCheckpoint(paths.bestCheckpoint);
  const { splitRule } = record;
  return { name: id, configuration, seed, splitRule, model, tokenizer, labels, tensors };
}

/** With the executor that the run came to compute on: that of its recipe may have failed at its start. */
function onItsExecutor(configuration: Configuration, { executor }: RunRecord): Configuration {
  if (executor === undefined || !Object.hasOwn(executors, executor)) return configuration;
  const training = { ...configuration.training, executor: executor as ExecutorId };
  return { ...configuration, training };
}

/** A recipe's model with an adapter, ours or HF PEFT's, or as it was before any training. @throws UserError */
export async function subjectOfRecipe(
  argument: string,
  { adapter, variant }: { adapter?: string; variant?: string },
  { cwd, env }: Io,
): Promise<Subject> {
  const { path, recipe } = await readRecipeFile(argument, cwd);
  const place = { recipeDir: dirname(path), env };
  const configuration = withPaths(configurationOf(recipe, variant), (file) => resolve(place.recipeDir, file));
  const read = await readModel(configuration, recipe.seeds[0], place);
  if (adapter !== undefined) return withAdapter(configuration, resolve(cwd, adapter), read);
  return {
    name: argument,
    configuration: { ...configuration, methods: [] },
    tokenizer: read.tokenizer,
    ...(await labelledByData(read.model, configuration)),
    tensors: new Map(),
  };
}

/** Model and task must be one: the adapter alone does not tell which variant is meant. */
function configurationOf({ configurations }: Recipe, variant: string | undefined): Configuration {
  const known = configurations.map((configuration) => configuration.variant);
  const chosen = configurations.filter(
    (configuration) => variant === undefined || configuration.variant === variant,
  );
  if (chosen.length === 0) throw noSuchVariant(variant ?? '', known);
  const different = new Set(
    chosen.map(({ model, revision, weights, task }) => JSON.stringify([model, revision, weights, task])),
  );
  if (different.size > 1) throw variantsDiffer(known);
  return chosen[0];
}

async function withAdapter(
  configuration: Configuration,
  dir: string,
  read: Pick<Subject, 'model' | 'tokenizer'>,
): Promise<Subject> {
  if ((await findFile(dir, 'adapter.json')) !== undefined) {
    const { base, methods: used, task, tensors } = await readAdapter(dir);
    await expectBase(read.model, dir, base.weightsSha256);
    const learnt = {
      ...configuration,
      methods: used.map(({ id, fields }) => methodUse(dir, id, fields)),
      task: learntTask(task, configuration),
    };
    return { name: dir, configuration: learnt, ...read, labels: task.labels, tensors };
  }
  if ((await findFile(dir, 'adapter_config.json')) === undefined) throw noAdapter(dir);
  const own = findTask(configuration.task.type).ownHead?.(configuration.task);
  if (own !== undefined) throw peftHasHeadOfClass(dir, own);
  const { methods: used, tensors } = await readPeftFolder(dir, read.model);
  const learnt = { ...configuration, methods: used.map(({ id, fields }) => methodUse(dir, id, fields)) };
  const { tokenizer } = read;
  return {
    name: dir,
    configuration: learnt,
    tokenizer,
    ...(await labelledByData(read.model, configuration)),
    tensors,
  };
}

/** The methods of a run's own adapter that have tensors. @throws UserError for one that this version does not know */
export function learntBy(dir: string, { methods: used }: AdapterManifest, model: ModelFolder): LearntBy[] {
  return used
    .map(({ id, fields }) => ({ method: methods[id], fields: methodUse(dir, id, fields).fields }))
    .filter(({ method, fields }) => method.declare(fields, model).length > 0);
}

function methodUse(dir: string, id: string, fields: unknown): MethodUse {
  const method = Object.hasOwn(methods, id) ? methods[id] : undefined;
  const parsed = method?.fields.safeParse(fields);
  if (method === undefined || !parsed?.success) throw foreignMethod(dir, id);
  return { id, fields: parsed.data, learning_rate: defaultLearningRate(method, parsed.data) };
}

/** What the model reads and predicts is the adapter's; where that stands in the data, and how texts are written, the recipe's. */
function learntTask(learnt: AdapterManifest['task'], { task }: Configuration): TaskSection {
  const { train, validation, test, format } = task;
  const { columns, drops, writes } = findTask(learnt.type);
  const namesColumn = (section: TaskFields) => {
    const { inputs, label } = columns(section);
    const fields = new Set(Object.keys({ ...inputs, ...label }).map((name) => name.split('.')[0]));
    for (const each of [drops, writes]) if (each !== undefined) fields.add(each.field);
    return ([field]: [string, unknown]) => fields.has(field);
  };
  const isTheirs = namesColumn(learnt);
  const kept = Object.entries(learnt).filter((entry) => !isTheirs(entry));
  const own = Object.entries(task).filter(namesColumn(task));
  return {
    ...(Object.fromEntries(kept) as typeof learnt),
    ...{ train, validation, test, format },
    ...Object.fromEntries(own),
  };
}

/** As in training. `learnt`: who learnt from the data, and its SHA-256 then. @throws UserError also where it is other data now */
async function labelledByData(
  model: ModelFolder,
  { task: section }: Configuration,
  learnt?: { readonly name: string; readonly hash: string | undefined },
): Promise<Pick<Subject, 'labels' | 'model'>> {
  const task = findTask(section.type);
  const { rows, hash } = await readTable(section.train, {
    format: section.format,
    columns: columnsOf(task, section).label,
    drop: droppedOf(task, section),
  });
  if (learnt?.hash !== undefined && hash !== learnt.hash) throw otherTrainData(section.train, learnt.name);
  return labelledModel(model, section, { file: section.train, rows });
}

/** What was learnt on other weights means nothing on these. @throws UserError where they are others */
export async function expectBase(
  model: ModelFolder,
  name: string,
  expected: string | undefined,
): Promise<void> {
  if (expected !== undefined && (await model.hash()) !== expected) throw otherBaseWeights(model.dir, name);
}

const exists = async (path: string) => (await stat(path).catch(() => undefined)) !== undefined;
