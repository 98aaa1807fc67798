import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import {
  CancellationTokenSource,
  createConnection,
  createProtocolConnection,
  LSPErrorCodes,
  StreamMessageReader,
  StreamMessageWriter,
  type CompletionItem,
  type Hover,
} from 'vscode-languageserver/node';
import { serve } from '../../../src/language/serve.ts';
import { caretIn } from '../../support/caretIn.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

/** A client of a server in this process, with a text open in it. */
async function opened(marked: string, snippetSupport: boolean) {
  const { text, position } = caretIn(marked);
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(up, down), new URL('data:text/javascript,'), {});
  const connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  connection.listen();
  onTestFinished(() => connection.dispose());
  const dir = temporaryFolder();
  const uri = pathToFileURL(await writeTinyWorkspace(dir)).href;
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: { textDocument: { completion: { completionItem: { snippetSupport } } } },
    workspaceFolders: [{ uri: pathToFileURL(dir).href, name: 'tiny' }],
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'peft-recipe', version: 1, text },
  });
  return { connection, capabilities, uri, at: { textDocument: { uri }, position } };
}

const newTexts = (items: CompletionItem[]) =>
  items.map(({ textEdit }) => (textEdit as { newText: string }).newText);

it.each([
  [true, 'seeds: [$1]'],
  [false, 'seeds: []'],
])('completes a key, with a snippet where the client takes one: %s', async (snippetSupport, text) => {
  const { connection, capabilities, at } = await opened(`${tinyRecipe}se|`, snippetSupport);
  expect(capabilities).toMatchObject({
    completionProvider: { triggerCharacters: expect.arrayContaining([':', '/']) },
    hoverProvider: true,
  });
  const items = await connection.sendRequest<CompletionItem[]>('textDocument/completion', at);
  expect(newTexts(items)).toContain(text);
});

it('hovers with what the model makes of a method', async () => {
  const { connection, at } = await opened(tinyRecipe.replace('ln_tun', 'ln_|tun'), true);
  const hover = await connection.sendRequest<Hover>('textDocument/hover', at);
  expect(hover).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringContaining('Trains 80 parameters') },
    range: { start: { line: 12, character: 2 }, end: { line: 12, character: 11 } },
  });
});

it('says nothing of a document that is not open, or where nothing is', async () => {
  const { connection, at } = await opened(`# |\n${tinyRecipe}`, true);
  expect(await connection.sendRequest('textDocument/hover', at)).toBeNull();
  const elsewhere = { ...at, textDocument: { uri: 'file:///not/open.peft.yaml' } };
  expect(await connection.sendRequest('textDocument/completion', elsewhere)).toBeNull();
});

it('refuses what was cancelled, and answers about a text that has changed', async () => {
  const { connection, uri, at } = await opened(tinyRecipe.replace('train.tsv', '|train.tsv'), true);
  const source = new CancellationTokenSource();
  const cancelled = connection.sendRequest('textDocument/hover', at, source.token);
  source.cancel();
  await expect(cancelled).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });

  // It looks at model and data before it answers, which takes longer than the next message on its way.
  const stale = connection.sendRequest('textDocument/hover', at);
  void connection.sendNotification('textDocument/didChange', {
    textDocument: { uri, version: 2 },
    contentChanges: [{ text: `${tinyRecipe}# more\n` }],
  });
  await expect(stale).rejects.toMatchObject({ code: LSPErrorCodes.ContentModified });
});
