import { areUnnamed, labelsInConfig } from '../checkpoints/labelsInConfig.ts';
import { sameShape, type ModelFolder } from '../checkpoints/modelFolder.ts';
import { floatTensor, type HostTensor } from '../core/tensor.ts';
import { labelsOf, type LabelColumn } from '../data/labels.ts';
import type { TaskSection } from '../recipe/recipe.ts';
import { labelColumnOf } from '../tasks/columns.ts';
import { findTask } from '../tasks/registry.ts';

/**
 * The classes in the order of their ids, and the model with its head in that order. A head of the checkpoint whose
 * config.json names the same classes decides the order where the recipe's `labels` does not; else its rows are reordered.
 * One for other classes is left out. One whose classes have no names is taken as it stands. A task without labels has none, and the model
 * as it is. @throws UserError as `labelsOf`
 */
export function labelledModel(
  model: ModelFolder,
  section: TaskSection,
  train: Omit<LabelColumn, 'column'>,
): { readonly labels: readonly string[]; readonly model: ModelFolder } {
  const task = findTask(section.type);
  const column = labelColumnOf(task, section);
  if (column === undefined) return { labels: [], model };
  const labels = labelsOf({ ...train, column }, section.labels, task.labelSet?.form);
  const names = headNames(model, section, labels.length);
  const known = labelsInConfig(model.config);
  if (names.size === 0 || known === undefined) return { labels, model };
  const rows = labels.map((label) => known.indexOf(label));
  if (known.length !== labels.length || rows.includes(-1)) {
    return { labels, model: areUnnamed(known) ? model : without(model, names) };
  }
  if (section.labels === undefined) return { labels: known, model };
  return { labels, model: reordered(model, names, rows) };
}

/** Tensors of the checkpoint that are the head for so many classes: their rows belong to the classes. */
function headNames(model: ModelFolder, section: TaskSection, numLabels: number): ReadonlySet<string> {
  const { architecture, shape, missing, tensors } = model;
  const head = findTask(section.type).head(section, { architecture, shape, missing, numLabels });
  const present = head.filter((tensor) => {
    const found = tensors.get(tensor.name);
    return tensor.perClass && found !== undefined && sameShape(found.shape, tensor.shape);
  });
  return new Set(present.map(({ name }) => name));
}

function without(model: ModelFolder, names: ReadonlySet<string>): ModelFolder {
  return { ...model, tensors: new Map([...model.tensors].filter(([name]) => !names.has(name))) };
}

function reordered(model: ModelFolder, names: ReadonlySet<string>, rows: readonly number[]): ModelFolder {
  const load = async (wanted: Iterable<string>) => {
    const loaded = await model.load(wanted);
    return new Map(
      [...loaded].map(([name, tensor]) => [name, names.has(name) ? rowsOf(tensor, rows) : tensor]),
    );
  };
  return { ...model, load };
}

/** Row i of the result is row `rows[i]`. */
function rowsOf({ shape, data }: HostTensor, rows: readonly number[]): HostTensor {
  const width = data.length / shape[0];
  const values = new Float32Array(data.length);
  rows.forEach((row, i) => values.set(data.subarray(row * width, (row + 1) * width), i * width));
  return floatTensor(shape, values);
}
