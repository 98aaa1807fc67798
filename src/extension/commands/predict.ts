import { basename, dirname } from 'node:path';
import * as vscode from 'vscode';
import { hasEnded } from '../../runs/runState.ts';
import type { Services } from '../services.ts';
import { askFile, fileItem, globOf } from './dataFile.ts';
import { multiStep, type Step } from './multiStep.ts';
import { withProgress } from './progress.ts';
import { runCli } from './runCli.ts';
import { targetRun } from './target.ts';
import { requireTrust } from './trust.ts';
import { workspaceFiles } from './workspaceFiles.ts';

export const id = 'peftWorkbench.predict';

interface Answers {
  readonly file: string | typeof VALIDATION;
}

/** The rows on which the run itself was validated. */
const VALIDATION = Symbol('validation');

/** Predicts the rows of a file by a run's best checkpoint, keeps that in the run and shows it. */
export async function run(services: Services, ...args: unknown[]): Promise<void> {
  await requireTrust();
  const chosen = await targetRun(services, args, {
    fits: hasEnded,
    wanted: vscode.l10n.t('a run that has ended'),
    title: vscode.l10n.t('Predict with which run?'),
  });
  const title = vscode.l10n.t('Predict with {0}', chosen.id);
  const { file } = await multiStep<Answers>(title, () => [fileStep(services)]);
  const of = file === VALIDATION ? [] : ['--file', file];
  const progress = { title: vscode.l10n.t('Predicting with {0}', chosen.id) };
  const saved = await withProgress(progress, ({ signal }) =>
    runCli(services, ['predict', chosen.dir, ...of, '--save'], { cwd: dirname(chosen.dir), signal }),
  );
  services.dashboard.showPredictions(chosen.dir, basename(saved.trim(), '.jsonl'));
}

function fileStep(services: Services): Step<Answers> {
  return async (_, ask) => {
    const { dataExtensions: extensions } = await services.language.ask('peft/vocabulary', {});
    const placeholder = vscode.l10n.t('The rows of which file?');
    const own = { label: vscode.l10n.t('Validation data of the run'), data: VALIDATION } as const;
    for (;;) {
      const files = await workspaceFiles(services, globOf(extensions));
      const items = [own, ...files.map(fileItem)];
      const file = await askFile<Answers['file']>(ask, items, { placeholder, extensions });
      if (file !== undefined) return { file };
    }
  };
}
