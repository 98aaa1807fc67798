import { basename } from 'node:path';
import * as vscode from 'vscode';
import { bytes } from '../../core/display.ts';
import { messageOf } from '../../core/errors.ts';
import type { PlanResult } from '../../protocol/language.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { availableMemory } from './machineMemory.ts';
import { withProgress } from './progress.ts';

export interface PlannedRuns {
  /** Names of the variants; all where it is empty. */
  readonly variants: readonly string[];
  /** How many train at the same time. */
  readonly atOnce: number;
}

const PLAN_LIMIT_MS = 10_000;

/**
 * Asks before runs are started that need more memory than there is, or whose need cannot be told within a few seconds.
 * @throws CancellationError where the user does not want to go on
 */
export async function checkMemory(
  { language, log }: Pick<Services, 'language' | 'log'>,
  recipe: vscode.Uri,
  { variants, atOnce }: PlannedRuns,
): Promise<void> {
  const plan = await planInTime(language, recipe, variants);
  if ('problem' in plan) {
    log.warn(`${basename(recipe.path)}: ${plan.problem}`);
    const message = vscode.l10n.t(
      'How much memory {0} needs is not known. Start anyway?',
      basename(recipe.path),
    );
    return confirm(message, plan.problem);
  }
  const needed = atOnce * Math.max(0, ...plan.variants.map(({ memoryBytes }) => memoryBytes.total));
  const available = await availableMemory();
  if (needed <= available) return;
  const message = vscode.l10n.t(
    'Training needs about {0} of memory, and {1} are available. Start anyway?',
    bytes(Math.round(needed)),
    bytes(available),
  );
  return confirm(
    message,
    vscode.l10n.t('A smaller batch or a shorter max_length needs less; so do fewer runs at the same time.'),
  );
}

/** A failure of the planner, or too long a time, counts as a problem. */
async function planInTime(
  language: Services['language'],
  recipe: vscode.Uri,
  variants: readonly string[],
): Promise<PlanResult> {
  const source = new vscode.CancellationTokenSource();
  const uri = recipe.toString();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<PlanResult>((resolve) => {
    const problem = vscode.l10n.t('Planning took longer than {0} seconds.', PLAN_LIMIT_MS / 1000);
    timer = setTimeout(() => resolve({ problem }), PLAN_LIMIT_MS);
  });
  const options = {
    title: vscode.l10n.t('Planning {0}', basename(recipe.path)),
    location: { viewId: 'peftWorkbench.experiments' },
  };
  try {
    return await withProgress(options, async ({ token, signal }) => {
      token.onCancellationRequested(() => source.cancel());
      const plan = language
        .ask('peft/plan', { uri, variants }, source.token)
        .catch((error: unknown) => ({ problem: messageOf(error) }));
      const first = await Promise.race([plan, tooLate]);
      if (signal.aborted) throw new vscode.CancellationError();
      return first;
    });
  } finally {
    clearTimeout(timer);
    source.cancel();
  }
}

async function confirm(message: string, detail: string): Promise<void> {
  const start = vscode.l10n.t('Start');
  if ((await messages.question(message, detail, start)) !== start) throw new vscode.CancellationError();
}
