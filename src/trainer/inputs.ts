import { setImmediate } from 'node:timers/promises';
import type { Environment } from '../core/environment.ts';
import { openModelFolder, type ModelFolder } from '../checkpoints/modelFolder.ts';
import { encoderTo } from '../checkpoints/encoder.ts';
import { openRandomModel } from '../checkpoints/randomModel.ts';
import { checkSegments, loadTokenizer, type Tokenizer } from '../checkpoints/tokenizer.ts';
import type { Rows } from '../core/row.ts';
import { checkLabels } from '../data/labels.ts';
import { splitByHash } from '../data/split.ts';
import { readTable } from '../data/table.ts';
import { resolveModel } from '../hub/resolveModel.ts';
import type { ModelRequest } from '../recipe/facts.ts';
import { longestInput } from '../recipe/longestInput.ts';
import type { Configuration } from '../recipe/recipe.ts';
import type { Split } from '../runs/runPaths.ts';
import { positionsLeft } from '../peft/method.ts';
import { methodsOf } from '../peft/registry.ts';
import { columnsOf, droppedOf, labelColumnOf } from '../tasks/columns.ts';
import { findTask } from '../tasks/registry.ts';
import type { Example, Task } from '../tasks/task.ts';
import { noExamples, noTokens } from './errors.ts';
import { labelledModel } from './labelledModel.ts';

/** Where a configuration's names lead. */
export interface Place {
  /** Folder to which its paths are relative. */
  readonly recipeDir: string;
  readonly env: Environment;
}

/** All that a configuration reads, opened and checked; no weight read, no text cut into tokens yet. */
export interface Inputs {
  readonly configuration: Configuration;
  readonly task: Task;
  /** Its head, where it has one, in the order of the labels. */
  readonly model: ModelFolder;
  readonly tokenizer: Tokenizer;
  readonly labels: readonly string[];
  readonly splits: Readonly<Partial<Record<Split, Rows>>> & { readonly train: Rows };
  /** How many rows of each file are left out, where some were to be. */
  readonly dropped: Readonly<Partial<Record<Split, number>>>;
  /** SHA-256 of the data files, by split. */
  readonly dataHashes: Readonly<Record<string, string>>;
  /** How validation rows were chosen, where they are a share of the training file. */
  readonly splitRule?: string;
}

/**
 * Opens and checks everything that training needs, so that whatever is unusable shows before a run exists.
 * `seed` decides the share that is cut off for validation, and weights that are random. @throws UserError
 */
export async function readInputs(configuration: Configuration, seed: number, place: Place): Promise<Inputs> {
  const { task: section } = configuration;
  const task = findTask(section.type);
  const { model: folder, tokenizer } = await readModel(configuration, seed, place);
  const columns = columnsOf(task, section).all;
  const labelColumn = labelColumnOf(task, section);
  const drop = droppedOf(task, section);
  const dropped: Partial<Record<Split, number>> = {};
  const read = async (split: Split, file: string) => {
    const table = await readTable(file, { format: section.format, columns, drop });
    if (drop !== undefined) dropped[split] = table.dropped;
    return table;
  };

  const train = await read('train', section.train);
  const { labels, model } = labelledModel(folder, section, { file: section.train, rows: train.rows });
  const dataHashes: Record<string, string> = { train: train.hash };
  const other = async (split: Split, file: string): Promise<Rows> => {
    const { rows, hash } = await read(split, file);
    if (labelColumn !== undefined) checkLabels({ file, rows, column: labelColumn }, labels);
    dataHashes[split] = hash;
    return { file, rows };
  };
  const shared =
    typeof section.validation === 'number'
      ? splitByHash(train.rows, { share: section.validation, by: task.group?.(section) }, seed)
      : undefined;
  const validation =
    shared !== undefined
      ? { file: section.train, rows: shared.validation }
      : typeof section.validation === 'string'
        ? await other('validation', section.validation)
        : undefined;
  const test = section.test === undefined ? undefined : await other('test', section.test);
  return {
    configuration,
    task,
    model,
    tokenizer,
    labels,
    splits: {
      train: { file: section.train, rows: shared?.train ?? train.rows },
      ...(validation && { validation }),
      ...(test && { test }),
    },
    dropped,
    dataHashes,
    ...(shared && { splitRule: shared.rule }),
  };
}

/**
 * The model that a configuration names, with weights drawn from `seed` where they are random, and its tokenizer, both fit for the inputs of
 * `task`. @throws UserError
 */
export async function readModel(
  { model, revision, weights, task }: ModelRequest & Partial<Pick<Configuration, 'task'>>,
  seed: number,
  { recipeDir, env }: Place,
) {
  const dir = await resolveModel(model, { recipeDir, revision, env });
  const folder = await (weights === 'random' ? openRandomModel(dir, seed) : openModelFolder(dir));
  const { vocabularySize, typeVocabularySize: segments } = folder.shape;
  const tokenizer = await loadTokenizer(folder.dir, vocabularySize);
  if (task !== undefined) {
    const texts = Object.keys(findTask(task.type).columns(task).inputs).length;
    checkSegments(folder.dir, tokenizer, { kind: texts > 1 ? 'pair' : 'single', segments });
  }
  return { model: folder, tokenizer };
}

/** Examples of every split. */
export type Examples = Readonly<Partial<Record<Split, Example[]>>> & { readonly train: Example[] };

/** @throws UserError as `tokenize`, and for a split of whose rows no example comes */
export function tokenizeAll(inputs: Inputs): Examples {
  const all = Object.entries(inputs.splits).map(([split, { file, rows }]) => {
    const examples = tokenize(inputs, { file, rows });
    if (examples.length === 0) throw noExamples(file, split, rows.length);
    return [split, examples] as const;
  });
  return Object.fromEntries(all) as unknown as Examples;
}

const ROWS_AT_A_TIME = 1000;

/**
 * Throws what `tokenizeAll` throws, and keeps no example. Rows are cut some at a time, and `signal` is heard in between, since a large file takes
 * seconds. @throws UserError; the signal's reason when aborted
 */
export async function checkExamples(inputs: Inputs, signal: AbortSignal): Promise<void> {
  for (const [split, { file, rows }] of Object.entries(inputs.splits)) {
    let count = 0;
    for (let from = 0; from < rows.length; from += ROWS_AT_A_TIME) {
      await setImmediate();
      signal.throwIfAborted();
      count += tokenize(inputs, { file, rows: rows.slice(from, from + ROWS_AT_A_TIME) }).length;
    }
    if (count === 0) throw noExamples(file, split, rows.length);
  }
}

/**
 * Examples of training rows that are spread evenly over their file: `count` at least, or all that there are. Tasks that reshape rows may need
 * many rows for one example. @throws UserError as `tokenizeAll`
 */
export function tokenizeSample(inputs: Inputs, count: number): Example[] {
  const { file, rows } = inputs.splits.train;
  for (let wanted = count; ; wanted *= 2) {
    const stride = Math.max(1, Math.floor(rows.length / wanted));
    const examples = tokenize(inputs, { file, rows: rows.filter((_, i) => i % stride === 0) });
    if (examples.length >= count) return examples;
    if (stride > 1) continue;
    if (examples.length === 0) throw noExamples(file, 'train', rows.length);
    return examples;
  }
}

type Tokenized = Omit<Inputs, 'splits' | 'dropped' | 'dataHashes'>;

/** Longest input in tokens, as `longestInput` says. */
export function maxLengthOf({
  configuration,
  model,
  tokenizer,
}: Pick<Tokenized, 'configuration' | 'model' | 'tokenizer'>): number {
  return longestInput(configuration, {
    tokenizer: tokenizer.maxLength,
    positions: positionsLeft(model.shape, methodsOf(configuration.methods)),
  });
}

/** Examples in tokens, cut to the longest input. @throws UserError for a row of which there can be none, and for one without any token */
export function tokenize(inputs: Tokenized, data: Rows): Example[] {
  const { task, configuration, model, tokenizer, labels } = inputs;
  const endId = model.architecture.nextToken?.endTokenId(model.shape);
  const encoder = encoderTo(tokenizer, { maxLength: maxLengthOf(inputs), endId });
  const examples = task.features(configuration.task, data, labels, encoder);
  // Tokenizers without special tokens make none of a blank text.
  const empty = examples.find(({ inputIds }) => inputIds.length === 0);
  if (empty !== undefined) throw noTokens(data, empty.id);
  return examples;
}
