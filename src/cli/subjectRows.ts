import { labelsIn, type Row, type Rows } from '../core/row.ts';
import { hasNoAnswer } from '../data/answers.ts';
import { checkLabels } from '../data/labels.ts';
import type { FileRecord } from '../data/reader.ts';
import { readerFor } from '../data/readers.ts';
import { readSource } from '../data/source.ts';
import { splitByHash } from '../data/split.ts';
import { readTable, rowOf } from '../data/table.ts';
import { columnsOf, droppedOf, labelColumnOf } from '../tasks/columns.ts';
import { findTask } from '../tasks/registry.ts';
import { noSplit, otherSplitRule, shareNeedsRun } from './errors.ts';
import type { Subject } from './subject.ts';

export type EvaluatedSplit = 'validation' | 'test';

export interface SubjectRows extends Rows {
  /** How many rows of the file are left out, where some were to be. */
  readonly dropped?: number;
}

/** The rows of a split as training saw them. @throws UserError where the recipe has none, or a label is unknown */
export async function splitRows(subject: Subject, split: EvaluatedSplit): Promise<SubjectRows> {
  const { name, configuration, seed } = subject;
  const place = configuration.task[split];
  if (place === undefined) throw noSplit(name, split);
  if (typeof place === 'string') return fileRows(subject, place);
  if (seed === undefined) throw shareNeedsRun(name);
  const { rows, ...rest } = await fileRows(subject, configuration.task.train);
  const { task } = configuration;
  const cut = { share: place, by: findTask(task.type).group?.(task) };
  const { validation, rule } = splitByHash(rows, cut, seed);
  if (subject.splitRule !== undefined && subject.splitRule !== rule) throw otherSplitRule(name);
  return { ...rest, rows: validation };
}

/** A file's rows, its columns called as in the recipe. @throws UserError also for a label that was not learnt */
export async function fileRows(
  { configuration: { task }, labels }: Subject,
  file: string,
): Promise<SubjectRows> {
  const definition = findTask(task.type);
  const columns = columnsOf(definition, task).all;
  const drop = droppedOf(definition, task);
  const { rows, dropped } = await readTable(file, { format: task.format, columns, drop });
  const column = labelColumnOf(definition, task);
  if (column !== undefined) checkLabels({ file, rows, column }, labels);
  return { file, rows, ...(drop !== undefined && { dropped }) };
}

/** The same for prediction: a row keeps its labels only where the file has such that were learnt (test data often has -1). */
export async function inputRows({ configuration: { task }, labels }: Subject, file: string): Promise<Rows> {
  const definition = findTask(task.type);
  const { inputs, label, all } = columnsOf(definition, task);
  const table = await readTable(file, { format: task.format, columns: inputs });
  const [column] = Object.keys(label);
  if (!table.columns.includes(column)) return { file, rows: table.rows };
  const { records } = await readerFor(file, task.format).read(await readSource(file));
  const known = definition.labelSet && new Set(labels);
  const rows = table.rows.map((row, index): Row => {
    if (!hasValue(records[index], column) || (known === undefined && records[index].values[column] === ''))
      return row;
    const labelled = rowOf(file, records[index], { index, columns: all });
    const isLearnt = known === undefined || labelsIn(labelled, column).every((each) => known.has(each.label));
    return isLearnt ? labelled : row;
  });
  return { file, rows };
}

/** Records of JSON may lack a label, or have null or no answers in its place. */
function hasValue({ values }: FileRecord, column: string): boolean {
  return Object.hasOwn(values, column) && values[column] !== null && !hasNoAnswer(values[column]);
}
