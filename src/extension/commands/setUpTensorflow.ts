import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { setupSchema, type SetupEvent } from '../../protocol/commandLine.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { lineOf, parsedLine, runCli } from './runCli.ts';
import { withProgress } from './progress.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.setUpTensorflow';

const SETUP = ['setup', 'tensorflow', '--json'];

/** Shows what setting up TensorFlow.js does, and where the user agrees does it, in this extension's own storage. */
export async function run(services: Services): Promise<void> {
  await requireTrust();
  const { log } = services;
  const title = vscode.l10n.t('Setting up TensorFlow.js');
  const planned = await withProgress({ title }, ({ signal }) =>
    runCli(services, [...SETUP, '--dry-run'], { cwd: homedir(), signal }),
  );
  const plan = lineOf(setupSchema, planned, 'setup');
  const steps = plan.event === 'plan' ? plan.steps : [];
  const start = vscode.l10n.t('Set Up');
  const question = vscode.l10n.t('Set up TensorFlow.js for training on this machine?');
  if ((await messages.question(question, steps.join('\n'), start)) !== start) return;

  let done: (SetupEvent & { event: 'done' }) | undefined;
  await withProgress({ title }, ({ signal, report }) =>
    runCli(services, SETUP, {
      cwd: homedir(),
      signal,
      onLine: (line) => {
        const event = parsedLine(setupSchema, line);
        if (event?.event === 'done') done = event;
        if (event?.event !== 'progress') return;
        log.info(event.line);
        report(event.line);
      },
    }),
  );
  const show = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t(
    'TensorFlow.js works on {0}. Recipes reach it by {1}.',
    done?.device ?? '',
    '`executor: tensorflow`',
  );
  void messages.information(message, show).then((chosen) => chosen === show && log.show());
}
