import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { localFolders } from '../localFolders.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { withProgress } from './progress.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.doctor';

/** Says what this machine has for training, in the log, and the first advice in a message. */
export async function run({ cli, log }: Services): Promise<void> {
  await requireTrust();
  const cwd = localFolders()[0]?.uri.fsPath ?? homedir();
  const title = vscode.l10n.t('Looking at this machine');
  const { status, stdout, stderr } = await withProgress({ title }, ({ signal }) =>
    cli.run(['doctor'], { cwd, signal }),
  );
  if (status === 130) throw new vscode.CancellationError();
  log.info(`doctor\n${stdout}${stderr}`);
  const show = vscode.l10n.t('Show Log');
  const message = firstAdvice(stdout) ?? (status === 0 ? allIsWell() : firstLine(stderr));
  const chosen = status === 0 ? messages.information(message, show) : messages.warning(message, show);
  void chosen.then((button) => button === show && log.show());
}

/** The paragraph after the table. */
function firstAdvice(text: string): string | undefined {
  return text.trim().split(/\n\n/)[1];
}

const allIsWell = () => vscode.l10n.t('Everything that training needs is there.');
const firstLine = (text: string) =>
  text.trim().split('\n')[0] || vscode.l10n.t('This machine cannot train; the log says more.');
