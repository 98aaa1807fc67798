import * as vscode from 'vscode';
import { hasEnded } from '../../runs/runState.ts';
import type { Services } from '../services.ts';
import { targetRun } from './target.ts';

export const id = 'peftWorkbench.showPredictions';

/** Opens the dashboard at what a run predicted, the worst first. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const { dir } = await targetRun(services, args, {
    fits: hasEnded,
    wanted: vscode.l10n.t('a run that has ended'),
    title: vscode.l10n.t('Show the predictions of which run?'),
  });
  services.dashboard.showPredictions(dir);
}
