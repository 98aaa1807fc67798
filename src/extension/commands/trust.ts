import * as vscode from 'vscode';
import { messages } from '../messages.ts';

/** Whatever starts a process asks first. @throws CancellationError in Restricted Mode, after it has offered to leave it */
export async function requireTrust(): Promise<void> {
  if (vscode.workspace.isTrusted) return;
  const manage = vscode.l10n.t('Manage Workspace Trust');
  const message = vscode.l10n.t(
    'Training, downloads and exports need a trusted workspace. Nothing was started.',
  );
  if ((await messages.warning(message, manage)) === manage)
    await vscode.commands.executeCommand('workbench.trust.manage');
  throw new vscode.CancellationError();
}
