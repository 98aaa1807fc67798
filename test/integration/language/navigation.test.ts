import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import {
  createConnection,
  createProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver/node';
import { serve } from '../../../src/language/serve.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const idle = new URL('data:text/javascript,');
const reference = new URL('../../../docs/recipe-reference.md', import.meta.url);

/** A client that has a recipe open, over streams. */
async function connected(text: string, options: object = {}) {
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(up, down), idle, {});
  const connection = createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
  onTestFinished(() => connection.dispose());
  const dir = temporaryFolder();
  const uri = pathToFileURL(await writeTinyWorkspace(dir)).href;
  const published = new Promise<PublishDiagnosticsParams>((resolve) =>
    connection.onNotification('textDocument/publishDiagnostics', resolve),
  );
  connection.listen();
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(dir).href, name: 'tiny' }],
    initializationOptions: { trusted: false, ...options },
  });
  await connection.sendNotification('initialized', {});
  await connection.sendNotification('textDocument/didOpen', {
    textDocument: { uri, languageId: 'peft-recipe', version: 1, text },
  });
  const ask = (name: string, params: object = {}, of = uri) =>
    connection.sendRequest<unknown>(`textDocument/${name}`, { textDocument: { uri: of }, ...params });
  return { dir, uri, capabilities, published, ask };
}

it('answers what stands where, and formats', async () => {
  const { dir, uri, capabilities, ask } = await connected(tinyRecipe.replace('pooling: ', 'pooling:   '));
  expect(capabilities).toMatchObject({
    definitionProvider: true,
    documentLinkProvider: {},
    documentSymbolProvider: true,
    foldingRangeProvider: true,
    documentFormattingProvider: true,
  });
  const train = pathToFileURL(join(dir, 'train.tsv')).href;
  expect(await ask('definition', { position: { line: 4, character: 12 } })).toMatchObject([{ uri: train }]);
  expect(await ask('documentLink')).toHaveLength(4);
  expect(await ask('documentSymbol')).toMatchObject(
    ['version', 'model', 'task', 'methods', 'training'].map((name) => ({ name })),
  );
  expect(await ask('foldingRange')).toMatchObject([{ startLine: 2 }, { startLine: 11 }, { startLine: 13 }]);
  const options = { tabSize: 4, insertSpaces: true };
  expect(await ask('formatting', { options })).toEqual([
    { range: { start: { line: 10, character: 10 }, end: { line: 10, character: 13 } }, newText: ' ' },
  ]);
  for (const name of ['definition', 'documentLink', 'documentSymbol', 'foldingRange', 'formatting'])
    expect(await ask(name, { position: { line: 0, character: 0 }, options }, `${uri}x`)).toBeNull();
});

it('says of a problem where its code is explained, and its other place', async () => {
  const href = reference.href;
  const { uri, published } = await connected(`model: a\n${tinyRecipe}`, { reference: href });
  const [problem] = (await published).diagnostics;
  expect(problem).toMatchObject({
    code: 'duplicate-key',
    relatedInformation: [{ location: { uri, range: { start: { line: 0, character: 0 } } } }],
  });
  const [page, line] = problem.codeDescription!.href.split('#L');
  expect(page).toBe(href);
  const lines = (await readFile(reference, 'utf8')).split('\n');
  expect(lines[Number(line) - 1]).toBe('### `duplicate-key`');
});
