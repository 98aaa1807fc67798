import * as vscode from 'vscode';
import { yamlLines } from '../../core/yamlText.ts';
import type { Preset } from '../../protocol/language.ts';

/** What a new recipe says; files and folders as paths from the folder of the recipe. */
export interface RecipeChoices {
  /** Without one, the recipe is called as its file. */
  readonly name?: string;
  readonly model: string;
  /** Commit of a model from the hub. */
  readonly revision?: string;
  readonly task: string;
  readonly train: string;
  /** A file, or the share of the training file that is cut off. */
  readonly validation: string | number;
  /** Fields of `task` that say what of the data is read: a column, or a text with columns in braces. */
  readonly columns: Readonly<Record<string, string>>;
  readonly preset: Preset;
}

/** A recipe with comments that say what else can be chosen. */
export function recipeText(choices: RecipeChoices): string {
  const { name, model, revision, task, train, validation, columns, preset } = choices;
  const { methods, variants } = preset;
  const lines = [
    ...comment(
      vscode.l10n.t(
        'What is tuned, on which data, and how. Hover over a field for its help; Ctrl+Space lists what else there is.',
      ),
    ),
    ...yamlLines({ version: 1, ...(name !== undefined && { name }) }),
    '',
    ...comment(vscode.l10n.t('A folder as Transformers writes it, or an id on the Hugging Face hub.')),
    ...yamlLines({ model, ...(revision !== undefined && { revision }) }),
    'task:',
    ...yamlLines({ type: task }, '  '),
    ...comment(vscode.l10n.t('Files with one example per row; paths start at this recipe.'), '  '),
    ...yamlLines({ train }, '  '),
    ...(typeof validation === 'number'
      ? comment(vscode.l10n.t('A share of the training file, chosen by hash and seed; or a file.'), '  ')
      : []),
    ...yamlLines({ validation }, '  '),
    ...comment(vscode.l10n.t('test: a file that is looked at once, at the best checkpoint'), '  '),
    ...yamlLines({ ...columns }, '  '),
    '',
    ...comment(vscode.l10n.t('{0}: {1}', preset.title, preset.help)),
    ...(isEmpty(methods) ? [] : yamlLines({ methods })),
    ...(variants === undefined || isEmpty(variants) ? [] : yamlLines({ variants })),
    '',
    ...comment(vscode.l10n.t('Names and defaults are those of Transformers.')),
    'training:',
    '  num_train_epochs: 3',
    '  per_device_train_batch_size: 16',
    '',
    ...comment(
      vscode.l10n.t(
        'Every configuration is run once with each seed. One is quick; a comparison needs several.',
      ),
    ),
    'seeds: [1]',
  ];
  return `${lines.join('\n')}\n`;
}

const isEmpty = (value: Preset['methods']) =>
  typeof value !== 'object' || value === null || Object.keys(value).length === 0;

const WIDTH = 100;

/** Comment lines of limited width; whatever could end a comment becomes a space. */
function comment(text: string, indent = ''): string[] {
  const lines: string[] = [];
  for (const word of text.split(/[\s\p{Cc}\u2028\u2029]+/u)) {
    const last = lines.at(-1);
    if (last === undefined || last.length + word.length >= WIDTH) lines.push(`${indent}# ${word}`);
    else lines[lines.length - 1] = `${last} ${word}`;
  }
  return lines;
}
