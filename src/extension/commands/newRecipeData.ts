import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import type { Vocabulary } from '../../protocol/language.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { askFile, fileItem, globOf } from './dataFile.ts';
import { columnsByField } from './columnsByField.ts';
import { columnsUnknown, tooFewColumns } from './errors.ts';
import { isInput, isLabel, isLabelOf, labelField } from './likelyColumns.ts';
import type { Step } from './multiStep.ts';
import type { Answers } from './newRecipeAnswers.ts';
import { workspaceFiles } from './workspaceFiles.ts';

/** Step: the training file, whose columns can be read. */
export function trainStep(services: Services, extensions: readonly string[]): Step<Answers> {
  return async ({ task }, ask) => {
    const named = task?.columns.filter(({ optional }) => !optional).length ?? 0;
    const needed = Math.max(1, named + (task?.templates.length ?? 0));
    for (;;) {
      const files = await workspaceFiles(services, globOf(extensions));
      const placeholder = vscode.l10n.t('Which file has the training data?');
      const train = await askFile(ask, files.map(fileItem), { placeholder, extensions });
      if (train === undefined) continue;
      const table = await services.language.ask('peft/columns', { file: train });
      const fault =
        'problem' in table
          ? columnsUnknown(basename(train), table.problem)
          : table.columns.length < needed
            ? tooFewColumns(basename(train), needed, table.columns.length)
            : undefined;
      if (fault === undefined && !('problem' in table)) return { train, table };
      void messages.error(fault ?? '');
    }
  };
}

/** Step: the columns that the model reads; those called as the task's fields are chosen beforehand. */
export const inputsStep: Step<Answers> = async ({ task, table }, ask) => {
  const fields = inputFields(task);
  const least = fields.filter(({ optional }) => !optional).length;
  const items = table?.columns.map((column) => ({ label: column })) ?? [];
  const named = items.filter(({ label }) => fields.some(({ field }) => field === label));
  const likely = items.filter(({ label }) => isInput(label));
  const others = items.filter(({ label }) => !isLabelOf(task, label));
  const preset = [...new Set([...named, ...likely, ...others])].slice(0, Math.max(least, named.length));
  const placeholder =
    fields.length === 1
      ? vscode.l10n.t('Which column has the text?')
      : least === fields.length
        ? vscode.l10n.t('Which columns have the text? One each for {0}', names(fields))
        : vscode.l10n.t('Which columns have the text? From {0} to {1}', least, fields.length);
  for (;;) {
    const picked =
      fields.length === 1
        ? [await ask.pick(items, { placeholder, preset })]
        : await ask.pickMany(items, { placeholder, preset });
    // Picks come in the order of clicks.
    const columns = items.filter((item) => picked.includes(item)).map(({ label }) => label);
    if (columns.length < least || columns.length > fields.length) continue;
    return { inputs: columnsByField(fields, columns) };
  }
};

const names = (fields: ReturnType<typeof inputFields>) => fields.map(({ field }) => field).join(', ');

/** Fields of a task that name columns which the model reads. */
export function inputFields(task: Vocabulary['tasks'][number] | undefined) {
  return task?.columns.filter((each) => !each.isLabel) ?? [];
}

/** Step: the column that is learnt. */
export const labelStep: Step<Answers> = async ({ task, table, inputs, templateColumns }, ask) => {
  const read = [...Object.values(inputs ?? {}), ...Object.values(templateColumns ?? {}).flat()];
  const items = (table?.columns ?? [])
    .filter((column) => !read.includes(column))
    .map((column) => ({ label: column, description: valuesText(table?.values[column]) }));
  const field = labelField(task) ?? '';
  const placeholder = vscode.l10n.t('Which column has the label?');
  const preset = [
    ...items.filter(({ label }) => label === field),
    ...items.filter(({ label }) => isLabel(label)),
  ].slice(0, 1);
  const { label } = await ask.pick(items, { placeholder, preset });
  return { label: { [field]: label } };
};

/** Step: a validation file, those beside the training file first, or a share of it. */
export function validationStep(services: Services, extensions: readonly string[]): Step<Answers> {
  return async ({ train = '' }, ask) => {
    const share = { label: vscode.l10n.t('10 % of the training file'), data: 0.1 };
    for (;;) {
      const files = (await workspaceFiles(services, globOf(extensions))).filter(
        ({ fsPath }) => fsPath !== train,
      );
      const beside = files.filter(
        ({ fsPath }) => dirname(fsPath) === dirname(train) && VALIDATION.test(basename(fsPath)),
      );
      const others = files.filter((uri) => !beside.includes(uri));
      const items = [...beside.map(fileItem), share, ...others.map(fileItem)];
      const placeholder = vscode.l10n.t('On which data is it validated while it trains?');
      const validation = await askFile<string | number>(ask, items, { placeholder, extensions });
      if (validation !== undefined) return { validation };
    }
  };
}

const VALIDATION = /val|dev/i;

function valuesText(values: readonly string[] | undefined): string {
  return values === undefined
    ? vscode.l10n.t('more than 50 different values')
    : vscode.l10n.t('{0} different values: {1}', values.length, values.slice(0, 5).join(', '));
}
