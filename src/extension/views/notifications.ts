import * as vscode from 'vscode';
import type { Run } from '../../runs/runFolder.ts';
import { messages } from '../messages.ts';
import type { Feature, Services } from '../services.ts';
import { isTraining } from '../../runs/runState.ts';

/** Who waits for less has not looked away. */
const LONG_MS = 30_000;
/** Runs that end within this time share a message. */
const TOGETHER_MS = 1_500;

/** One message when long runs ended while nobody looked at the window. */
export const notifications: Feature = (services) => {
  const { runs } = services;
  let training = new Set(trainingDirs(services));
  let ended: Run[] = [];
  let timer: NodeJS.Timeout | undefined;
  const update = () => {
    const now = runs.runs.filter(
      (run): run is Run => training.has(run.dir) && ['finished', 'failed', 'lost'].includes(run.status),
    );
    training = new Set(trainingDirs(services));
    ended.push(...now.filter(({ record }) => record.elapsedMs > LONG_MS));
    if (ended.length === 0 || timer !== undefined) return;
    timer = setTimeout(() => {
      const together = ended;
      [ended, timer] = [[], undefined];
      if (!vscode.window.state.focused && settings().get('notifications.enabled'))
        void notify(services, together);
    }, TOGETHER_MS);
  };
  return vscode.Disposable.from(runs.onDidChange(update), { dispose: () => clearTimeout(timer) });
};

async function notify({ dashboard }: Services, ended: readonly Run[]): Promise<void> {
  const failed = ended.filter(({ status }) => status !== 'finished');
  const open = vscode.l10n.t('Open Dashboard');
  const log = vscode.l10n.t('Show Log');
  const never = vscode.l10n.t("Don't Show Again");
  const show = failed.length > 0 ? messages.warning : messages.information;
  const buttons = failed.length > 0 ? [open, log, never] : [open, never];
  const answer = await show(sentence(ended, failed), ...buttons);
  if (answer === open) dashboard.show(ended.map(({ dir }) => dir));
  if (answer === log) await vscode.commands.executeCommand('peftWorkbench.showLog', failed[0].dir);
  if (answer === never)
    await settings().update('notifications.enabled', false, vscode.ConfigurationTarget.Global);
}

function sentence(ended: readonly Run[], failed: readonly Run[]): string {
  const [{ record, status }] = ended;
  if (ended.length > 1) {
    return failed.length === 0
      ? vscode.l10n.t('{0} runs finished.', ended.length)
      : vscode.l10n.t('{0} runs ended, {1} of them failed or got lost.', ended.length, failed.length);
  }
  if (status === 'lost')
    return vscode.l10n.t('{0}, seed {1}: lost, its process is gone.', record.variant, record.seed);
  return status === 'finished'
    ? vscode.l10n.t('{0}, seed {1}: finished.', record.variant, record.seed)
    : vscode.l10n.t('{0}, seed {1}: failed. {2}', record.variant, record.seed, record.failure ?? '');
}

const trainingDirs = ({ runs }: Services) => runs.runs.filter(isTraining).map(({ dir }) => dir);
const settings = () => vscode.workspace.getConfiguration('peftWorkbench');
