import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import { runPaths } from '../../runs/runPaths.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { targetRun, unreadableTarget } from './target.ts';

export const id = 'peftWorkbench.showLog';

/** Opens what a run's training process said, also where the rest of the run cannot be read. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const named =
    (await unreadableTarget(services, args)) ??
    (await targetRun(services, args, {
      fits: () => true,
      wanted: vscode.l10n.t('a run'),
      title: vscode.l10n.t('Show the log of which run?'),
    }));
  const { log } = runPaths(named.dir);
  if ((await stat(log).catch(() => undefined)) === undefined) {
    const isReadable = named.status !== 'unreadable';
    void messages.information(
      isReadable
        ? vscode.l10n.t('{0} has not started yet: it has no log.', named.id)
        : vscode.l10n.t('{0} has no log.', named.id),
    );
    return;
  }
  await vscode.window.showTextDocument(vscode.Uri.file(log), { preview: true });
  await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
}
