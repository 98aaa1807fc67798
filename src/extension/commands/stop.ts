import * as vscode from 'vscode';
import { request } from '../../runs/control.ts';
import { readRun } from '../../runs/runFolder.ts';
import { isStoppable } from '../../runs/runState.ts';
import { unqueue } from '../../runs/unqueue.ts';
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
  // All that wait first: a trainer whose run stops would go on with the next.
  const left: string[] = [];
  for (const { dir } of runs) if (!(await unqueue(dir))) left.push(dir);
  for (const dir of left) {
    // Unless it has ended meanwhile: a request that nobody takes would stop its next session.
    if (isStoppable(await readRun(dir))) await request(dir, 'stop');
  }
  await services.runs.refresh();
}
