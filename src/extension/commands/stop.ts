import * as vscode from 'vscode';
import { isStoppable } from '../../runs/runState.ts';
import { stopRuns } from '../../runs/stopRuns.ts';
import type { Services } from '../services.ts';
import { targetRuns } from './target.ts';

export const id = 'peftWorkbench.stop';

/** Asks runs at work to end with a checkpoint, and takes those that wait out of the queue; all can be resumed. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const runs = await targetRuns(services, args, {
    fits: isStoppable,
    wanted: vscode.l10n.t('a run that trains or waits'),
    title: vscode.l10n.t('Stop which runs?'),
  });
  await stopRuns(runs.map(({ dir }) => dir));
  await services.runs.refresh();
}
