import * as vscode from 'vscode';

/** A recipe to begin with: what must be filled in is empty, and the checks say so. */
export function skeletonRecipe(): string {
  const note = (text: string) => text.split('\n').map((line) => `# ${line}`);
  return [
    ...note(vscode.l10n.t('A recipe: which model learns what, from which data, by which method.')),
    'version: 1',
    '',
    ...note(vscode.l10n.t('A folder as Transformers writes it, or an id on the Hugging Face hub.')),
    'model: sentence-transformers/all-MiniLM-L6-v2',
    '',
    'task:',
    '  type: text-classification',
    ...note(vscode.l10n.t('Files with one example per row; paths start at this recipe.')).map(indented),
    '  train: train.tsv',
    '  validation: 0.1',
    ...note(vscode.l10n.t('The columns of the text and of its class.')).map(indented),
    '  text: text',
    '  label: label',
    '',
    ...note(vscode.l10n.t('What is trained beside the task head; several methods are trained together.')),
    'methods:',
    '  ln_tuning: {}',
    '',
    'training:',
    '  num_train_epochs: 3',
    '',
  ].join('\n');
}

function indented(line: string): string {
  return `  ${line}`;
}
