import * as vscode from 'vscode';
import { duration } from '../../core/display.ts';
import type { RunRecord } from '../../runs/runRecord.ts';
import type { Run, UnreadableRun } from '../../runs/runFolder.ts';
import { statusText, type AnyStatus } from '../statusText.ts';

/** Icon with colour by status; the colours are those of tests and charts, which every theme has. */
export function statusIcon(status: AnyStatus): vscode.ThemeIcon {
  const [id, color] = icons[status];
  return new vscode.ThemeIcon(id, color === undefined ? undefined : new vscode.ThemeColor(color));
}

/** One line: `training · step 40/120 · accuracy 0.81`, of the metric wanted where the run has it. */
export function runDescription(run: Run, metric?: string): string {
  const { status, record } = run;
  const { progress } = record;
  const isTraining = status === 'running';
  return [
    isTraining ? phaseText(record) : statusText(run),
    status !== 'finished' && progress && vscode.l10n.t('step {0}/{1}', progress.step, progress.totalSteps),
    metricText(record, metric),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** Times, executor, parameters and problem of a run. Everything from disk is appended as text. */
export function runTooltip(run: Run | UnreadableRun): vscode.MarkdownString {
  const tooltip = new vscode.MarkdownString();
  const rows: (readonly [string, string | undefined])[] =
    'problem' in run
      ? [[vscode.l10n.t('Problem'), run.problem]]
      : [[vscode.l10n.t('Status'), statusText(run)], ...recordRows(run.record)];
  tooltip.appendText(run.id);
  for (const [name, text] of rows) {
    if (text) tooltip.appendMarkdown('\n\n').appendText(`${name}: ${text}`);
  }
  return tooltip;
}

/** `accuracy 0.8125`: at the best checkpoint, or the newest. */
export function metricText({ metric, summary }: RunRecord, wanted?: string): string | undefined {
  const values = { ...summary?.last, ...summary?.best };
  const shown = [wanted, metric].find((name) => name !== undefined && name in values);
  return shown === undefined ? undefined : `${shortName(shown)} ${figure(values[shown])}`;
}

/** Without its split. */
const shortName = (metric: string): string => metric.split('/').at(-1)!;

/** Three significant digits or more, as many as make runs comparable. */
export const figure = (value: number): string =>
  Math.abs(value) >= 1000 ? value.toPrecision(4) : value.toFixed(Math.abs(value) >= 10 ? 1 : 3);

const icons: Record<AnyStatus, readonly [id: string, color?: string]> = {
  queued: ['clock'],
  running: ['sync~spin', 'charts.blue'],
  stopping: ['sync~spin', 'charts.yellow'],
  stopped: ['debug-pause', 'charts.yellow'],
  finished: ['check', 'testing.iconPassed'],
  failed: ['error', 'testing.iconFailed'],
  lost: ['question', 'problemsWarningIcon.foreground'],
  unreadable: ['warning', 'problemsWarningIcon.foreground'],
};

function phaseText({ phase }: RunRecord): string | undefined {
  if (phase === undefined) return statusText({ status: 'running' });
  const texts: Record<typeof phase, string> = {
    loading: vscode.l10n.t('loading'),
    tokenizing: vscode.l10n.t('tokenizing'),
    compiling: vscode.l10n.t('compiling'),
    training: vscode.l10n.t('training'),
    evaluating: vscode.l10n.t('evaluating'),
  };
  return texts[phase];
}

function recordRows(record: RunRecord): [string, string | undefined][] {
  const time = (iso: string | undefined) => iso && new Date(iso).toLocaleString(vscode.env.language);
  const parameters = record.summary?.parameters;
  return [
    [vscode.l10n.t('Created'), time(record.createdAt)],
    [vscode.l10n.t('Started'), time(record.startedAt)],
    [vscode.l10n.t('Ended'), time(record.endedAt)],
    [vscode.l10n.t('Time worked'), record.elapsedMs > 0 ? duration(record.elapsedMs) : undefined],
    [vscode.l10n.t('Executor'), record.executor],
    [vscode.l10n.t('Chosen by auto'), record.executorReason],
    [vscode.l10n.t('Device'), record.device],
    [
      vscode.l10n.t('Parameters'),
      parameters &&
        vscode.l10n.t(
          '{0} trained, {1} in the head',
          parameters.trained.toLocaleString(vscode.env.language),
          parameters.head.toLocaleString(vscode.env.language),
        ),
    ],
    [vscode.l10n.t('Problem'), record.failure],
  ];
}
