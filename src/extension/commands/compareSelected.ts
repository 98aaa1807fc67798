import * as vscode from 'vscode';
import { groupRuns } from '../../experiments/groups.ts';
import type { Run } from '../../runs/runFolder.ts';
import type { Services } from '../services.ts';
import { done } from '../walkthrough.ts';
import { answered } from './ask.ts';
import { noFittingRuns, tooFewGroups } from './errors.ts';
import { isReadable, targetKeys, targetRuns } from './target.ts';

export const id = 'peftWorkbench.compareSelected';

/** Opens the dashboard on finished runs of two or more groups. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  const wanted = vscode.l10n.t('runs that have finished');
  const title = vscode.l10n.t('Compare which groups?');
  const runs =
    targetKeys(args) === undefined
      ? await pickGroups(services, { wanted, title })
      : await targetRuns(services, args, { fits: hasFinished, wanted, title });
  const groups = groupRuns(runs).length;
  if (groups < 2) throw tooFewGroups(groups);
  done('groupsCompared');
  services.dashboard.show(runs.map(({ dir }) => dir));
}

const hasFinished = ({ status }: Run) => status === 'finished';

/** The finished runs of the groups that the user picks. */
async function pickGroups(
  { runs: store }: Services,
  { wanted, title }: { wanted: string; title: string },
): Promise<Run[]> {
  await store.ready;
  const readable = store.runs.filter(isReadable);
  const groups = groupRuns(readable).filter(({ runs }) => runs.length > 0);
  if (groups.length === 0) throw noFittingRuns(wanted);
  const items = groups.reverse().map(({ label, recipe, runs }) => ({
    label,
    description: vscode.l10n.t('{0} · {1} finished', recipe, runs.length),
    finished: runs,
  }));
  const picked = await answered(vscode.window.showQuickPick(items, { title, canPickMany: true }));
  return picked.flatMap(({ finished }) => finished);
}
