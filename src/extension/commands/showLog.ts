import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { runPaths } from '../../runs/runPaths.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { targetRun } from './target.ts';

export const id = 'peftWorkbench.showLog';

/** Opens what a run's training process said. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const { dir, id: name } = await targetRun(services, args, {
    fits: () => true,
    wanted: vscode.l10n.t('a run'),
    title: vscode.l10n.t('Show the log of which run?'),
  });
  const { log } = runPaths(dir);
  if ((await stat(log).catch(() => undefined)) === undefined) {
    void messages.information(vscode.l10n.t('{0} has not started yet: it has no log.', name));
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(log), { preview: true });
  await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
}
