import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import * as vscode from 'vscode';
import { isModelId } from '../../core/modelId.ts';
import type { Run } from '../../runs/runFolder.ts';
import { isExportable } from '../../runs/runState.ts';
import { localFolders } from '../localFolders.ts';
import { messages, unlinked } from '../messages.ts';
import type { Services } from '../services.ts';
import { answered } from './ask.ts';
import { withProgress } from './progress.ts';
import { runCli } from './runCli.ts';
import { targetRun } from './target.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.exportAdapter';

/** Writes what a run learnt into a folder that others load, and offers the lines of Python that do it. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  await requireTrust();
  const chosen = await targetRun(services, args, {
    fits: isExportable,
    wanted: vscode.l10n.t('a run that has finished'),
    title: vscode.l10n.t('Export which run?'),
  });
  const { exportForms } = await services.language.ask('peft/vocabulary', {});
  const { form } = await answered(
    vscode.window.showQuickPick(
      exportForms.map((form) => ({ label: form.id, detail: form.help, form })),
      { title: vscode.l10n.t('Export {0} as', chosen.id) },
    ),
  );
  const baseModel = form.namesBase ? await baseModelFor(chosen) : undefined;
  const folder = await askFolder(`${chosen.id}-${form.id}`);
  const command = ['export', chosen.dir, '--format', form.id, '--out', folder.fsPath];
  if (baseModel !== undefined) command.push('--base-model', baseModel);
  const title = vscode.l10n.t('Exporting {0}', chosen.id);
  const snippet = await withProgress({ title }, ({ signal }) =>
    runCli(services, command, { cwd: dirname(chosen.dir), signal }),
  );
  void offer(folder, snippet);
}

/** The id under which others find the base model; asked only where the run names a folder of this machine. */
async function baseModelFor(chosen: Run): Promise<string | undefined> {
  const [, written = ''] = /^model: *(.*)$/m.exec(await chosen.recipe()) ?? [];
  const model = written.trim().replace(/^(["'])(.*)\1$/, '$2');
  if (isModelId(model)) return undefined;
  const baseModel = await answered(
    vscode.window.showInputBox({
      title: vscode.l10n.t('Base Model'),
      prompt: vscode.l10n.t(
        'Id on the Hugging Face hub under which others find the base model, {0} here.',
        unlinked(model),
      ),
      placeHolder: 'sentence-transformers/all-MiniLM-L6-v2',
      ignoreFocusOut: true,
      validateInput: (text) =>
        isModelId(text.trim()) ? undefined : vscode.l10n.t('Expected the id of a model: name or owner/name.'),
    }),
  );
  return baseModel.trim();
}

/** A new folder: the dialog for files to be saved lets its name be typed. */
async function askFolder(name: string): Promise<vscode.Uri> {
  const parent = localFolders()[0]?.uri.fsPath ?? homedir();
  return answered(
    vscode.window.showSaveDialog({
      title: vscode.l10n.t('New folder for the export'),
      saveLabel: vscode.l10n.t('Export'),
      defaultUri: vscode.Uri.file(join(parent, name)),
    }),
  );
}

async function offer(folder: vscode.Uri, snippet: string): Promise<void> {
  const copy = vscode.l10n.t('Copy Snippet');
  const open = vscode.l10n.t('Open Folder');
  const message = vscode.l10n.t('Exported to {0}. The snippet loads it in Python.', folder.fsPath);
  const chosen = await messages.information(message, copy, open);
  if (chosen === copy) await vscode.env.clipboard.writeText(snippet);
  if (chosen === open)
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}
