import * as vscode from 'vscode';
import type { Run } from '../../runs/runFolder.ts';
import type { Feature } from '../services.ts';
import { isTraining } from '../../runs/runState.ts';
import { runDescription } from './runLooks.ts';

/** One item while something trains. */
export const statusBar: Feature = ({ runs }) => {
  const item = vscode.window.createStatusBarItem('peftWorkbench.training', vscode.StatusBarAlignment.Left);
  item.name = vscode.l10n.t('PEFT training');
  const update = () => {
    const training = runs.runs.filter((run): run is Run => 'record' in run && isTraining(run));
    if (training.length === 0) return item.hide();
    item.command = {
      command: 'peftWorkbench.openDashboard',
      title: vscode.l10n.t('Open Dashboard'),
      arguments: [{ keys: training.map(({ dir }) => dir) }],
    };
    item.text = `$(sync~spin) ${summary(training)}`;
    item.tooltip = tooltip(training);
    item.accessibilityInformation = { label: summary(training), role: 'button' };
    item.show();
  };
  update();
  return vscode.Disposable.from(item, runs.onDidChange(update));
};

function summary(training: readonly Run[]): string {
  const shares = training.flatMap(({ record: { progress } }) =>
    progress && progress.totalSteps > 0 ? progress.step / progress.totalSteps : [],
  );
  if (shares.length === 0) return vscode.l10n.t('{0} training', training.length);
  const done = shares.reduce((sum, share) => sum + share, 0) / training.length;
  return vscode.l10n.t('{0} training · {1} %', training.length, Math.floor(100 * done));
}

function tooltip(training: readonly Run[]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  for (const run of training) {
    text.appendText(vscode.l10n.t('{0}, seed {1}', run.record.variant, run.record.seed));
    text.appendMarkdown(': ').appendText(runDescription(run)).appendMarkdown('\n\n');
  }
  return text.appendText(vscode.l10n.t('Click to open the dashboard.'));
}
