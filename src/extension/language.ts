import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { messageOf } from '../core/errors.ts';
import {
  FACTS_CHANGED,
  type LanguageNotifications,
  type LanguageRequest,
  type LanguageRequests,
} from '../protocol/language.ts';
import { id as turnOffAdvice } from './commands/turnOffAdvice.ts';
import { serverEnvironment } from './serverEnvironment.ts';
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
  /** Folders of runs, of which some may be new or gone. Never fails. */
  tellRuns(folders: readonly string[]): Promise<void>;
  /** Models or data may be others now. Never fails. */
  lookAgain(): Promise<void>;
  /** Answers about models and data may be different from now on. */
  readonly onDidChangeFacts: vscode.Event<void>;
}

/** Starts the server beside the extension; documents, diagnostics, hints and the rest of the protocol are the client's business. */
export function startLanguage(context: vscode.ExtensionContext, log: vscode.LogOutputChannel): Language {
  const factsChanged = new vscode.EventEmitter<void>();
  let runsFolders: readonly string[] | undefined;
  const starting = startClient(context, log, {
    factsChanged: () => factsChanged.fire(),
    restarted: () => {
      if (runsFolders !== undefined) void tell('peft/runs', { folders: runsFolders });
      factsChanged.fire();
    },
  });
  const ready = starting.then(() => undefined);
  ready.catch((error: unknown) => log.error(`language server: ${messageOf(error)}`));
  const tell = async <Name extends keyof LanguageNotifications>(
    name: Name,
    params: LanguageNotifications[Name],
  ) => {
    try {
      await (await starting).sendNotification(name, params);
    } catch (error) {
      log.warn(`${name}: ${messageOf(error)}`);
    }
  };
  const subscriptions = [
    factsChanged,
    vscode.workspace.onDidGrantWorkspaceTrust(() => tell('peft/trusted', {})),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('peftWorkbench.advice'))
        void tell('peft/advice', { levels: adviceLevels() });
      if (!change.affectsConfiguration('peftWorkbench.hubCache')) return;
      const dir = hubCache(log);
      void tell('peft/hubCache', dir === undefined ? {} : { dir });
    }),
  ];
  return {
    ready,
    ask: async (name, params, token) => {
      const client = await starting;
      // An absent token would be sent as a further parameter.
      return token ? client.sendRequest(name, params, token) : client.sendRequest(name, params);
    },
    tellRuns: (folders) => {
      runsFolders = folders;
      return tell('peft/runs', { folders });
    },
    lookAgain: () => tell('peft/lookAgain', {}),
    onDidChangeFacts: factsChanged.event,
    dispose: () => {
      vscode.Disposable.from(...subscriptions).dispose();
      void starting.then((client) => client.dispose()).catch(() => undefined);
    },
  };
}

/** The client is loaded after the extension is active: it is half of its code. */
async function startClient(
  context: vscode.ExtensionContext,
  log: vscode.LogOutputChannel,
  { factsChanged, restarted }: { factsChanged(): void; restarted(): void },
): Promise<LanguageClient> {
  const { LanguageClient, State, TransportKind } = await import('vscode-languageclient/node');
  const module = context.asAbsolutePath('dist/server.js');
  const options = { env: serverEnvironment() };
  const client = new LanguageClient(
    'peftWorkbench',
    'PEFT Workbench Language Server',
    {
      run: { module, transport: TransportKind.ipc, options },
      debug: { module, transport: TransportKind.ipc, options: { ...options, execArgv: ['--inspect=6011'] } },
    },
    {
      documentSelector: [{ language: 'peft-recipe' }],
      outputChannel: log,
      // Asked for at each start: the client starts a server that crashed again.
      initializationOptions: () => ({
        trusted: vscode.workspace.isTrusted,
        hubCache: hubCache(log),
        advice: adviceLevels(),
        turnOffAdvice,
        reference: vscode.Uri.joinPath(context.extensionUri, 'docs/recipe-reference.md').toString(),
      }),
    },
  );
  client.onNotification(FACTS_CHANGED, factsChanged);
  await client.start();
  client.onDidChangeState(({ newState }) => {
    if (newState === State.Running) restarted();
  });
  return client;
}

/** As set, by the ids of rules; others than those known are left to the server, which has no use for them. */
function adviceLevels(): LanguageNotifications['peft/advice']['levels'] {
  return vscode.workspace.getConfiguration('peftWorkbench').get('advice', {});
}

/** As set; a setting that cannot be meant is told, and the environment's is taken. */
function hubCache(log: vscode.LogOutputChannel): string | undefined {
  try {
    return machineSettings().env.HF_HUB_CACHE;
  } catch (error) {
    log.error(messageOf(error));
    return undefined;
  }
}
