import * as vscode from 'vscode';
import { bytes, count } from '../../core/display.ts';
import { roughDuration } from '../../core/roughDuration.ts';
import type { PlanResult } from '../../protocol/language.ts';
import type { Plans } from '../plans.ts';

type Variants = Extract<PlanResult, { readonly variants: unknown }>['variants'];

/** The line above a recipe's methods, or its variants: what they train and cost. It is there before that is known, so that no text moves later. */
export function planLens(document: vscode.TextDocument, plans: Plans): vscode.CodeLens[] {
  const line = lineOfMethods(document.getText());
  if (line === undefined) return [];
  const range = new vscode.Range(line, 0, line, 0);
  const command = { command: 'peftWorkbench.showPlan', arguments: [document.uri] };
  return [new vscode.CodeLens(range, { ...command, ...looksOf(plans.of(document)) })];
}

function looksOf(plan: PlanResult | undefined): Pick<vscode.Command, 'title' | 'tooltip'> {
  if (plan === undefined) return { title: vscode.l10n.t('Planning…') };
  if ('problem' in plan) return { title: vscode.l10n.t('No plan'), tooltip: plan.problem };
  const tooltip = vscode.l10n.t('What each variant trains and costs');
  return { title: summary(plan.variants), tooltip };
}

function summary(variants: Variants): string {
  const seconds = variants.flatMap(({ time }) => time?.secondsPerRun ?? []);
  return [
    vscode.l10n.t(
      '{0} trained',
      span(
        variants.map(({ parameters }) => parameters.trained),
        count,
      ),
    ),
    span(
      variants.map(({ memoryBytes }) => Math.round(memoryBytes.total)),
      bytes,
    ),
    ...(seconds.length > 0 ? [vscode.l10n.t('about {0} a run', span(seconds, roughDuration))] : []),
  ].join(' · ');
}

/** The least and the most, where they differ as they are shown. */
function span(values: readonly number[], show: (value: number) => string): string {
  const [least, most] = [show(Math.min(...values)), show(Math.max(...values))];
  return least === most ? least : `${least} … ${most}`;
}

/** From the text alone: it is known at once. */
function lineOfMethods(text: string): number | undefined {
  const lines = text.split(/\r\n|\r|\n/);
  const line = ['methods', 'variants'].map((key) =>
    lines.findIndex((one) => new RegExp(`^${key}\\s*:`).test(one)),
  );
  return line.find((found) => found >= 0);
}
