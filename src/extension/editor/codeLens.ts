import * as vscode from 'vscode';
import { lessIsBetter } from '../../core/metric.ts';
import type { Run } from '../../runs/runFolder.ts';
import type { Plans } from '../plans.ts';
import type { RunStore } from '../runs/runStore.ts';
import type { RunNode } from '../runTarget.ts';
import { isOwnRecipe, type Descriptions } from './descriptions.ts';
import { planLens } from './planLens.ts';
import { runsOfRecipe } from '../runs/runsOfRecipe.ts';

/**
 * The line above a recipe: `Start tuning | Plan | Configure | n runs, best 0.910`, and that above its methods. They are there at once, so
 * that no text moves later.
 */
export function recipeLenses(
  runs: RunStore,
  descriptions: Descriptions,
  plans: Plans,
): vscode.CodeLensProvider & vscode.Disposable {
  const changed = new vscode.EventEmitter<void>();
  // Progress alone changes no lens.
  const states = () => runs.runs.map(({ dir, status }) => `${status} ${dir}`).join('\n');
  let known = states();
  const subscriptions = [
    runs.onDidChange(() => {
      if (states() === known) return;
      known = states();
      changed.fire();
    }),
    descriptions.onDidChange(() => changed.fire()),
    plans.onDidChange(() => changed.fire()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('peftWorkbench.codeLens')) changed.fire();
    }),
  ];
  return {
    onDidChangeCodeLenses: changed.event,
    provideCodeLenses: (document) => {
      if (!isEnabled() || !isOwnRecipe(document)) return [];
      const name = descriptions.of(document)?.name;
      const started = name === undefined ? [] : runsOfRecipe(runs, name, document.uri);
      return [
        lens(vscode.l10n.t('$(play) Start tuning'), 'startTuning', document.uri),
        lens(vscode.l10n.t('Plan'), 'showPlan', document.uri),
        lens(vscode.l10n.t('Configure'), 'configureRecipe', document.uri),
        ...(started.length > 0 ? [runsLens(started)] : []),
        ...planLens(document, plans),
      ];
    },
    dispose: () => vscode.Disposable.from(changed, ...subscriptions).dispose(),
  };
}

function runsLens(runs: readonly Run[]): vscode.CodeLens {
  const best = bestValue(runs);
  const title =
    runs.length === 1
      ? best === undefined
        ? vscode.l10n.t('1 run')
        : vscode.l10n.t('1 run, best {0}', best.toFixed(3))
      : best === undefined
        ? vscode.l10n.t('{0} runs', runs.length)
        : vscode.l10n.t('{0} runs, best {1}', runs.length, best.toFixed(3));
  const target: RunNode = { keys: runs.map(({ dir }) => dir) };
  return lens(title, 'openDashboard', target);
}

/** Of the newest finished run's metric: recipes change. */
function bestValue(runs: readonly Run[]): number | undefined {
  const finished = runs.filter(({ status }) => status === 'finished');
  const metric = finished.at(-1)?.record.metric;
  if (metric === undefined) return undefined;
  const values = finished.flatMap(({ record }) => record.summary?.best[metric] ?? []);
  if (values.length === 0) return undefined;
  return lessIsBetter(metric) ? Math.min(...values) : Math.max(...values);
}

function lens(title: string, command: string, argument: unknown): vscode.CodeLens {
  const range = new vscode.Range(0, 0, 0, 0);
  return new vscode.CodeLens(range, { title, command: `peftWorkbench.${command}`, arguments: [argument] });
}

function isEnabled(): boolean {
  return vscode.workspace.getConfiguration('peftWorkbench').get('codeLens.enabled', true);
}
