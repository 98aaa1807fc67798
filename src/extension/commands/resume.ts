import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { isResumable } from '../../runs/runState.ts';
import type { Services } from '../services.ts';
import { trainingWay } from './concurrentRuns.ts';
import { runCli } from './runCli.ts';
import { targetRuns } from './target.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.resume';

/** Queues runs that ended early; they go on from their last checkpoints in a process of their own. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  await requireTrust();
  const runs = await targetRuns(services, args, {
    fits: isResumable,
    wanted: vscode.l10n.t('a run that was stopped, failed, got lost or waits for nobody'),
    title: vscode.l10n.t('Resume which runs?'),
  });
  const failures: unknown[] = [];
  // Oldest first, and the others also where one is refused.
  for (const { dir } of [...runs].reverse()) {
    const command = ['resume', dir, ...trainingWay(vscode.Uri.file(dir))];
    await runCli(services, command, { cwd: dirname(dir) }).catch((error) => failures.push(error));
  }
  await services.runs.refresh();
  for (const failure of failures.slice(1)) services.log.error(messageOf(failure));
  if (failures.length > 0) throw failures[0];
}
