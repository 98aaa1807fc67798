import type { Json } from '../core/json.ts';
import type { Columns, Dropped } from '../core/row.ts';
import { positionsTaken, type ModelInfo } from '../peft/method.ts';
import { methodsOf } from '../peft/registry.ts';
import { columnsOf, droppedOf, labelColumnOf } from '../tasks/columns.ts';
import { tasks } from '../tasks/registry.ts';
import type { Configuration, Recipe } from './recipe.ts';

/**
 * What is known of the models and files that a recipe names, gathered by whoever can read them. What is absent is not
 * checked; that is never an error.
 */
export interface Facts {
  /** By `modelKey`. */
  readonly models: ReadonlyMap<string, ModelFacts | Unusable>;
  /** By `fileKey`. */
  readonly files: ReadonlyMap<string, FileFacts | Unusable>;
  /** About how many examples come of a training row, by `examplesKey`, for tasks that do not make one of each. */
  readonly examplesPerRow?: ReadonlyMap<string, number>;
}

/** Why something cannot be read, in one sentence. */
export interface Unusable {
  readonly unusable: string;
}

export interface ModelFacts {
  readonly info: ModelInfo;
  /** Base tensors (canonical names) that the checkpoint lacks; absent where its header was not read. */
  readonly missing?: readonly string[];
  /** Longest input that the tokenizer is made for, in tokens. */
  readonly tokenizerMaxLength?: number;
  /** Why weights or tokenizer are unusable, each in one sentence: what training would stop at, and `plan` does not need. */
  readonly faults?: readonly string[];
}

export interface FileFacts {
  readonly columns: readonly string[];
  /** Without those that are left out. */
  readonly rows: number;
  /** Rows on each side, where a share is cut off for validation, by the first of the recipe's seeds. */
  readonly cut?: { readonly train: number; readonly validation: number };
  /** How many are left out; absent where none were to be. */
  readonly dropped?: number;
  /** The different values of the label column, sorted. */
  readonly labels?: readonly string[];
  /** Rows of each label, or items of lists, in the order of `labels`. */
  readonly counts?: readonly number[];
  /** Columns that hold no text, number or boolean, nor lists of them, with their type. */
  readonly untold?: ReadonlyMap<string, string>;
  /** The first row's values by column. */
  readonly first?: Readonly<Record<string, Json>>;
}

/** A model as the recipe names it. */
export type ModelRequest = Pick<Configuration, 'model' | 'revision' | 'weights'>;

/** Fields that name a model. */
export const modelFields = ['model', 'config'] as const;

/** The one of them that a configuration has. */
export function modelField({ weights }: Pick<Configuration, 'weights'>): (typeof modelFields)[number] {
  return weights === undefined ? 'model' : 'config';
}

/** A data file as the recipe names it, with the columns that the task reads, and the one of them that holds labels. */
export interface FileRequest {
  readonly file: string;
  readonly format?: string;
  readonly columns: Columns;
  readonly label?: string;
  readonly drop?: Dropped;
  /** The share that is cut off for validation, and the columns by which rows stay together. */
  readonly cut?: { readonly share: number; readonly by?: readonly string[] };
}

/** What has to be looked at to check a recipe, each once. */
export function factsWanted({ configurations }: Pick<Recipe, 'configurations'>): {
  readonly models: ReadonlyMap<string, ModelRequest>;
  readonly files: ReadonlyMap<string, FileRequest>;
} {
  const requests = configurations.flatMap((configuration) => Object.values(filesOf(configuration)));
  return {
    models: new Map(
      configurations.map(({ model, revision, weights }) => {
        const request = { model, revision, weights };
        return [modelKey(request), request];
      }),
    ),
    files: new Map(requests.map((request) => [fileKey(request), request])),
  };
}

/** Fields of `task` that name a data file. */
export const dataFields = ['train', 'validation', 'test'] as const;

/** The data files of a configuration, by the field that names them. */
export function filesOf({ task }: Configuration): Partial<Record<(typeof dataFields)[number], FileRequest>> {
  const definition = tasks[task.type];
  const columns = columnsOf(definition, task).all;
  const label = labelColumnOf(definition, task);
  const drop = droppedOf(definition, task);
  const { validation: share, format } = task;
  const cut = typeof share === 'number' ? { share, by: definition.group?.(task) } : undefined;
  const entries = dataFields.flatMap((field) => {
    const file = task[field];
    const request = { file, format, columns, label, drop, ...(field === 'train' && { cut }) };
    return typeof file === 'string' ? [[field, request]] : [];
  });
  return Object.fromEntries(entries) as Partial<Record<(typeof dataFields)[number], FileRequest>>;
}

export function modelKey({ model, revision, weights }: ModelRequest): string {
  return JSON.stringify([model, revision, weights]);
}

/** What the number of examples depends on, beside the data. */
export function examplesKey({ model, revision, task, methods }: Configuration): string {
  return JSON.stringify([model, revision, task, positionsTaken(methodsOf(methods))]);
}

export function fileKey({ file, format, columns, label, drop, cut }: FileRequest): string {
  return JSON.stringify([file, format, columns, label, drop, cut]);
}
