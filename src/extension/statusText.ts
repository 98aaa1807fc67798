import * as vscode from 'vscode';
import type { Run, UnreadableRun } from '../runs/runFolder.ts';

export type AnyStatus = (Run | UnreadableRun)['status'];

/** A run's status in words of the user's language. */
export function statusText({
  status,
  isStranded,
}: {
  readonly status: AnyStatus;
  readonly isStranded?: boolean;
}): string {
  if (isStranded) return vscode.l10n.t('queued, and nobody works on it');
  const texts: Record<AnyStatus, string> = {
    queued: vscode.l10n.t('queued'),
    running: vscode.l10n.t('running'),
    stopping: vscode.l10n.t('stopping'),
    stopped: vscode.l10n.t('stopped'),
    finished: vscode.l10n.t('finished'),
    failed: vscode.l10n.t('failed'),
    lost: vscode.l10n.t('lost: its process is gone'),
    unreadable: vscode.l10n.t('unreadable'),
  };
  return texts[status];
}
