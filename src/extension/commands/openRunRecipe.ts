import * as vscode from 'vscode';
import { runPaths } from '../../runs/runPaths.ts';
import type { Services } from '../services.ts';
import { targetRun } from './target.ts';

export const id = 'peftWorkbench.openRunRecipe';

/** Opens what a run trains: its recipe with every default written out. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const { dir } = await targetRun(services, args, {
    fits: () => true,
    wanted: vscode.l10n.t('a run'),
    title: vscode.l10n.t('Open the recipe of which run?'),
  });
  await vscode.window.showTextDocument(vscode.Uri.file(runPaths(dir).recipe), { preview: true });
  await vscode.commands.executeCommand('workbench.action.files.setActiveEditorReadonlyInSession');
}
