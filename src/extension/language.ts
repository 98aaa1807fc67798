import * as vscode from 'vscode';
import { LanguageClient, TransportKind } from 'vscode-languageclient/node';
import type { LanguageRequest, LanguageRequests } from '../protocol/language.ts';
import { machineSettings } from './settings.ts';

/** The language server as the rest of the extension sees it. */
export interface Language extends vscode.Disposable {
  /** Resolves once the server answers. @throws Error where it cannot be started */
  readonly ready: Promise<void>;
  /** @throws CancellationError where the token was cancelled; Error where the server failed */
  ask<Name extends LanguageRequest>(
    name: Name,
    params: LanguageRequests[Name]['params'],
    token?: vscode.CancellationToken,
  ): Promise<LanguageRequests[Name]['result']>;
}

/** Starts the server beside the extension; documents, diagnostics, hints and the rest of the protocol are the client's business. */
export function startLanguage(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Language {
  const module = context.asAbsolutePath('dist/server.js');
  const client = new LanguageClient(
    'peftWorkbench',
    'PEFT Workbench Language Server',
    {
      run: { module, transport: TransportKind.ipc },
      debug: { module, transport: TransportKind.ipc, options: { execArgv: ['--inspect=6011'] } },
    },
    {
      documentSelector: [{ language: 'peft-recipe' }],
      outputChannel: log,
      initializationOptions: {
        trusted: vscode.workspace.isTrusted,
        hubCache: machineSettings().env.HF_HUB_CACHE,
      },
    },
  );
  const ready = client.start();
  const granted = vscode.workspace.onDidGrantWorkspaceTrust(async () => {
    await ready;
    await client.sendNotification('peft/trusted');
  });
  return {
    ready,
    ask: async (name, params, token) => {
      await ready;
      // An absent token would be sent as a further parameter.
      return token ? client.sendRequest(name, params, token) : client.sendRequest(name, params);
    },
    dispose: () => {
      granted.dispose();
      void client.dispose().catch(() => undefined);
    },
  };
}
