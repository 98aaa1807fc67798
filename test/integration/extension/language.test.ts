import { join } from 'node:path';
import * as vscode from 'vscode';
import { beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import type * as languageClient from 'vscode-languageclient/node';
import { startLanguage } from '../../../src/extension/language.ts';
import { editor, useEditor } from '../../support/editor/editor.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';

type Options = languageClient.LanguageClientOptions;

const client = vi.hoisted(() => ({
  options: undefined as Options | undefined,
  sent: [] as unknown[],
  change: undefined as ((event: { newState: number }) => void) | undefined,
}));

/** A client that says when its server runs; the real one starts a server again that crashed. */
vi.mock('vscode-languageclient/node', () => ({
  TransportKind: { ipc: 1 },
  State: { Stopped: 1, Running: 2, Starting: 3 },
  LanguageClient: class {
    constructor(_id: string, _name: string, _server: unknown, options: Options) {
      client.options = options;
    }
    start = async () => client.change?.({ newState: 2 });
    dispose = async () => undefined;
    onNotification = () => ({ dispose: () => undefined });
    onDidChangeState = (listener: (event: { newState: number }) => void) => {
      client.change = listener;
      return { dispose: () => undefined };
    };
    sendNotification = async (...message: unknown[]) => void client.sent.push(message);
  },
}));

useEditor();
beforeEach(() => Object.assign(client, { options: undefined, sent: [], change: undefined }));

const told = () => (client.options!.initializationOptions as () => Record<string, unknown>)();

it('a server that starts again after a crash is told what holds by then, and where runs lie', async () => {
  editor.openFolders(temporaryFolder());
  editor.setTrusted(false);
  const log = vscode.window.createOutputChannel('PEFT Workbench', { log: true });
  const language = startLanguage(editor.context(temporaryFolder()), log);
  onTestFinished(() => language.dispose());
  const factsChanged = vi.fn();
  language.onDidChangeFacts(factsChanged);
  await language.ready;
  expect(told()).toMatchObject({ trusted: false, advice: {}, hubCache: undefined });
  const cache = join(temporaryFolder(), 'hub');
  editor.setTrusted(true);
  editor.set('peftWorkbench.advice', { 'few-seeds': 'off' });
  editor.set('peftWorkbench.hubCache', cache);
  await language.tellRuns(['/runs']);
  expect(told()).toMatchObject({ trusted: true, advice: { 'few-seeds': 'off' }, hubCache: cache });
  expect(factsChanged).not.toHaveBeenCalled();
  client.sent = [];
  for (const newState of [1, 3, 2]) client.change!({ newState });
  expect(factsChanged).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(client.sent).toEqual([['peft/runs', { folders: ['/runs'] }]]));
});
