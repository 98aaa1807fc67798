import * as vscode from 'vscode';
import { messageOf, Refusal, RunFailure, UserError } from '../../core/errors.ts';
import { messages } from '../messages.ts';
import type { Feature } from '../services.ts';
import { doctorDocuments } from './doctorDocuments.ts';
import { planDocuments } from './planDocuments.ts';
import { commands } from './registry.ts';

/** Registers every command. What one throws is logged and shown; a cancelled one ends without a word. */
export const registerCommands: Feature = (services) =>
  vscode.Disposable.from(
    doctorDocuments.register(),
    planDocuments.register(services),
    ...commands.map(({ id, run }) =>
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        services.log.debug(id);
        try {
          await run(services, ...args);
        } catch (error) {
          report(error, id, services.log);
        }
      }),
    ),
  );

function report(error: unknown, id: string, log: vscode.LogOutputChannel): void {
  if (error instanceof vscode.CancellationError) return log.debug(`${id}: cancelled`);
  const isExpected = [UserError, Refusal, RunFailure].some((kind) => error instanceof kind);
  log.error(`${id}: ${isExpected || !(error instanceof Error) ? messageOf(error) : error.stack}`);
  const show = vscode.l10n.t('Show Log');
  void messages.error(messageOf(error), show).then((chosen) => {
    if (chosen === show) log.show();
  });
}
