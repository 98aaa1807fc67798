import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { setupSchema, type SetupEvent } from '../../protocol/commandLine.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { unexpectedOutput } from './errors.ts';
import { lineOf, parsedLine, runCli } from './runCli.ts';
import { withProgress } from './progress.ts';
import { requireTrust } from './trust.ts';

/**
 * Shows what `setup` of an executor does, and where the user agrees does it, in this extension's own storage.
 * @param executor as recipes name it
 * @param product what is set up, by the name of its makers
 */
export async function setUp(services: Services, executor: string, product: string): Promise<void> {
  await requireTrust();
  const { log } = services;
  const args = ['setup', executor, '--json'];
  const title = vscode.l10n.t('Setting up {0}', product);
  const planned = await withProgress({ title }, ({ signal }) =>
    runCli(services, [...args, '--dry-run'], { cwd: homedir(), signal }),
  );
  const plan = lineOf(setupSchema, planned, 'setup');
  const steps = plan.event === 'plan' ? plan.steps : [];
  const start = vscode.l10n.t('Set Up');
  const question = vscode.l10n.t('Set up {0} for training on this machine?', product);
  if ((await messages.question(question, steps.join('\n'), start)) !== start) return;

  let done: (SetupEvent & { event: 'done' }) | undefined;
  await withProgress({ title }, ({ signal, report }) =>
    runCli(services, args, {
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
  if (done === undefined) throw unexpectedOutput('setup');
  const show = vscode.l10n.t('Show Log');
  const message = vscode.l10n.t(
    '{0} works on {1}. Recipes reach it by {2}.',
    product,
    done.device,
    `\`executor: ${executor}\``,
  );
  void messages.information(message, show).then((chosen) => chosen === show && log.show());
}
