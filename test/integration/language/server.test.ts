import { spawn } from 'node:child_process';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import {
  createConnection,
  createProtocolConnection,
  CancellationTokenSource,
  type Diagnostic,
  LSPErrorCodes,
  StreamMessageReader,
  StreamMessageWriter,
  type InlayHint,
  type PublishDiagnosticsParams,
  type ProtocolConnection,
} from 'vscode-languageserver/node';
import { rules } from '../../../src/evidence/rules.ts';
import { serve } from '../../../src/language/serve.ts';
import type { EditResult, LanguageRequest, LanguageRequests } from '../../../src/protocol/language.ts';
import { finishRun } from '../../support/finishRun.ts';
import { temporaryFolder } from '../../support/temporaryFolder.ts';
import { queueTinyRun, tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

const program = join(import.meta.dirname, '../../../dist/server.js');

/** A thread that never answers. */
const idle = new URL('data:text/javascript,setInterval(() => {}, 1000)');

const faulty = tinyRecipe.replace('text: text', 'text: texd');

/** A server in this process, and a client of it. */
function inProcess(): ProtocolConnection {
  const [up, down] = [new PassThrough(), new PassThrough()];
  serve(createConnection(up, down), idle, {});
  return createProtocolConnection(new StreamMessageReader(down), new StreamMessageWriter(up));
}

/** The built server as a process of its own. */
function started(): ProtocolConnection {
  const server = spawn(process.execPath, [program, '--stdio'], { stdio: ['pipe', 'pipe', 'inherit'] });
  onTestFinished(() => void server.kill());
  return createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
}

/** A client that has opened a folder with a tiny workspace. */
async function connected(connection: ProtocolConnection, options: object = { trusted: true }) {
  const dir = temporaryFolder();
  const path = await writeTinyWorkspace(dir);
  const uri = pathToFileURL(path).href;
  const published: PublishDiagnosticsParams[] = [];
  const waiting: (() => void)[] = [];
  connection.onNotification('textDocument/publishDiagnostics', (params: PublishDiagnosticsParams) => {
    published.push(params);
    waiting.splice(0).forEach((wake) => wake());
  });
  connection.listen();
  onTestFinished(() => connection.dispose());
  const { capabilities } = await connection.sendRequest<{ capabilities: object }>('initialize', {
    processId: process.pid,
    rootUri: null,
    capabilities: {},
    workspaceFolders: [{ uri: pathToFileURL(dir).href, name: 'tiny' }],
    // Every rule off: advice has tests of its own.
    initializationOptions: { advice: Object.fromEntries(rules.map(({ id }) => [id, 'off'])), ...options },
  });
  await connection.sendNotification('initialized', {});
  const client = {
    dir,
    uri,
    capabilities,
    published,
    ask: <Name extends LanguageRequest>(name: Name, params: LanguageRequests[Name]['params']) =>
      connection.sendRequest<LanguageRequests[Name]['result']>(name, params),
    open: (text: string) =>
      connection.sendNotification('textDocument/didOpen', {
        textDocument: { uri, languageId: 'peft-recipe', version: 1, text },
      }),
    change: (version: number, from: [number, number], to: [number, number], text: string) =>
      connection.sendNotification('textDocument/didChange', {
        textDocument: { uri, version },
        contentChanges: [
          {
            range: {
              start: { line: from[0], character: from[1] },
              end: { line: to[0], character: to[1] },
            },
            text,
          },
        ],
      }),
    /** The newest diagnostics once they are such. */
    until: async (isWanted: (codes: unknown[], version?: number) => boolean) => {
      for (;;) {
        const last = published.at(-1);
        const codes = last?.diagnostics.map(({ code }) => code) ?? [];
        if (last !== undefined && isWanted(codes, last.version)) return last.diagnostics;
        await new Promise<void>((resolve) => waiting.push(resolve));
      }
    },
  };
  return client;
}

describe('the language server', () => {
  it('publishes the problems of a text as it changes', async () => {
    const client = await connected(inProcess());
    expect(client.capabilities).toMatchObject({ inlayHintProvider: true, textDocumentSync: { change: 2 } });
    await client.open(faulty);
    await client.until((codes) => codes.includes('unknown-column'));
    expect(client.published[0]).toMatchObject({ version: 1, diagnostics: [] }); // the text alone has no fault
    await client.change(2, [7, 8], [7, 12], 'text');
    await client.until((codes, version) => version === 2 && codes.length === 0);
    await client.change(3, [0, 9], [0, 10], '9');
    const [problem] = await client.until((_, version) => version === 3);
    expect(problem).toMatchObject({ code: 'newer-version', source: 'peft', severity: 1 });
    expect(problem).not.toHaveProperty('codeDescription');
  });

  it('offers fixes of a kind, and advice at the level that is wished', async () => {
    const connection = inProcess();
    const client = await connected(connection);
    await client.open(tinyRecipe.replace('ln_tuning: {}', 'ln_tunin: {}'));
    await client.until((codes) => codes.includes('unknown-method'));
    const actions = (only: string) =>
      connection.sendRequest<{ title: string; kind: string }[]>('textDocument/codeAction', {
        textDocument: { uri: client.uri },
        range: { start: { line: 12, character: 4 }, end: { line: 12, character: 4 } },
        context: { diagnostics: [], only: [only] },
      });
    expect(await actions('quickfix')).toMatchObject([{ title: 'Change to "ln_tuning"', kind: 'quickfix' }]);
    expect(await actions('refactor')).toEqual([]);

    await client.change(2, [12, 2], [12, 10], 'ln_tuning');
    await client.until((codes, version) => version === 2 && codes.length === 0);
    expect(await actions('refactor')).toMatchObject([{ kind: 'refactor.rewrite' }, {}, {}]);
    await connection.sendNotification('peft/advice', { levels: { 'few-seeds': 'warning' } });
    const found = await client.until((codes) => codes.includes('advice-few-seeds'));
    expect(found.find(({ code }) => code === 'advice-few-seeds')).toMatchObject({ severity: 2 });
  });

  it('says beside advice what own runs showed, and offers to turn it off where the client has a command for it', async () => {
    const connection = inProcess();
    const options = { trusted: false, advice: {}, turnOffAdvice: 'turnOff' };
    const client = await connected(connection, options);
    const united = tinyRecipe.replace('ln_tuning: {}', 'ln_tuning: {}\n  lora: {}');
    await client.open(united);
    const isUnion = ({ code }: Diagnostic) => code === 'advice-attention-with-norms';
    const before = await client.until((codes) => codes.includes('advice-attention-with-norms'));
    expect(before.find(isUnion)!.message).not.toContain('In your runs');

    const runsDir = join(client.dir, 'runs');
    const path = fileURLToPath(client.uri);
    await finishRun(await queueTinyRun(path, runsDir, () => united), { 'validation/accuracy': 0.75 });
    const alone = united.replace('  ln_tuning: {}\n', '');
    await finishRun(await queueTinyRun(path, runsDir, () => alone), { 'validation/accuracy': 0.5 });
    const outside = temporaryFolder();
    await cp(runsDir, outside, { recursive: true });
    const tell = async (folders: string[]) => {
      const count = client.published.length;
      await connection.sendNotification('peft/runs', { folders });
      return client.until(() => client.published.length > count);
    };
    expect((await tell([outside])).find(isUnion)!.message).not.toContain('In your runs'); // it is not trusted
    const found = (await tell([runsDir])).find(isUnion)!;
    expect(found.message).toContain(
      '. In your runs, this minus the same without LN-tuning: validation/accuracy +0.2500, n = 1',
    );

    const actions = await connection.sendRequest<{ command?: object }[]>('textDocument/codeAction', {
      textDocument: { uri: client.uri },
      range: found.range,
      context: { diagnostics: [], only: ['quickfix'] },
    });
    const turningOff = { command: 'turnOff', arguments: ['attention-with-norms'] };
    expect(actions.map(({ command }) => command)).toContainEqual(expect.objectContaining(turningOff));
  });

  it('looks again when files change, and once the workspace is trusted', async () => {
    const connection = inProcess();
    const client = await connected(connection, { trusted: false });
    const outside = join(temporaryFolder(), 'outside.tsv');
    await writeFile(outside, 'a\tb\n1\t2\n');
    await client.open(tinyRecipe.replace('train.tsv', outside));
    await client.until((codes) => codes.length === 0);
    await connection.sendNotification('peft/trusted');
    await client.until((codes) => codes.includes('unknown-column'));
    await rm(join(client.dir, 'model/config.json'));
    await connection.sendNotification('workspace/didChangeWatchedFiles', {
      changes: [{ uri: pathToFileURL(join(client.dir, 'model/config.json')).href, type: 3 }],
    });
    await client.until((codes) => codes.includes('unusable-model'));
  });

  it('does not look again for what a run writes all the time', async () => {
    const connection = inProcess();
    let told = 0;
    connection.onNotification('peft/factsChanged', () => void told++);
    const client = await connected(connection);
    const changed = (...files: string[]) =>
      connection.sendNotification('workspace/didChangeWatchedFiles', {
        changes: files.map((file) => ({ uri: pathToFileURL(join(client.dir, file)).href, type: 2 })),
      });
    await client.open(tinyRecipe);
    await client.until((codes) => codes.length === 0);
    for (let second = 0; second < 5; second++) await changed('runs/a/run.json', 'runs/a/metrics.jsonl');
    await writeFile(join(client.dir, 'train.tsv'), 'a\tb\n1\t2\n');
    await changed('runs/a/ledger.json', 'train.tsv');
    await client.until((codes) => codes.includes('unknown-column'));
    expect(told).toBe(1);
  });

  it('looks again when it is told that models may be others, also in another cache, and says so', async () => {
    const connection = inProcess();
    let told = 0;
    connection.onNotification('peft/factsChanged', () => void told++);
    const client = await connected(connection);
    await client.open(tinyRecipe.replace('./model', 'org/cached'));
    await client.until((codes) => codes.includes('unusable-model'));
    const hub = temporaryFolder();
    const snapshot = join(hub, 'models--org--cached/snapshots', 'c'.repeat(40));
    await cp(join(client.dir, 'model'), snapshot, { recursive: true });
    await mkdir(join(hub, 'models--org--cached/refs'));
    await writeFile(join(hub, 'models--org--cached/refs/main'), 'c'.repeat(40));
    await connection.sendNotification('peft/hubCache', { dir: hub });
    await client.until((codes) => codes.length === 0);
    await rm(join(snapshot, 'config.json'));
    await connection.sendNotification('peft/lookAgain', {});
    await client.until((codes) => codes.includes('unusable-model'));
    expect(told).toBe(2);
  });

  it('clears what it said of a document that is closed', async () => {
    const connection = inProcess();
    const client = await connected(connection);
    await client.open('version: 9');
    await client.until((codes) => codes.length > 0);
    await connection.sendNotification('textDocument/didClose', { textDocument: { uri: client.uri } });
    await client.until((codes) => codes.length === 0);
  });

  it('answers requests about open documents and files', async () => {
    const connection = inProcess();
    const client = await connected(connection);
    expect(await client.ask('peft/describe', { uri: client.uri })).toMatchObject({ errors: 0 }); // the file
    await client.open(faulty);
    expect(await client.ask('peft/describe', { uri: client.uri })).toMatchObject({ errors: 1 }); // said once, though every file lacks the column
    const edits = [{ path: ['task', 'text'], value: 'text' }];
    const expected: EditResult = {
      version: 1,
      edits: [
        { range: { start: { line: 7, character: 8 }, end: { line: 7, character: 12 } }, newText: 'text' },
      ],
    };
    expect(await client.ask('peft/edit', { uri: client.uri, edits })).toEqual(expected);
    const hints = await connection.sendRequest<InlayHint[]>('textDocument/inlayHint', {
      textDocument: { uri: client.uri },
      range: { start: { line: 12, character: 0 }, end: { line: 12, character: 99 } },
    });
    expect(hints).toMatchObject([{ position: { line: 12, character: 12 }, paddingLeft: true }]);
    await expect(client.ask('peft/describe', { uri: 'file:///not/there.peft.yaml' })).rejects.toThrow(
      'cannot be read',
    );
  });

  it('ends a plan that is cancelled', async () => {
    const connection = inProcess();
    const client = await connected(connection);
    const source = new CancellationTokenSource();
    const plan = connection.sendRequest('peft/plan', { uri: client.uri }, source.token);
    await client.ask('peft/models', {}); // the plan was asked for before
    source.cancel();
    await expect(plan).rejects.toMatchObject({ code: LSPErrorCodes.RequestCancelled });
  });

  it('works as it is built: diagnostics, and a plan from its thread', async () => {
    const client = await connected(started());
    await client.open(faulty);
    await client.until((codes) => codes.includes('unknown-column'));
    expect(await client.ask('peft/plan', { uri: client.uri, variants: ['none'] })).toMatchObject({
      variants: [],
    });
    const plan = await client.ask('peft/plan', { uri: client.uri });
    expect(plan).toMatchObject({
      model: './model',
      variants: [{ name: 'tiny', parameters: { trained: 80, head: 18 } }],
      text: expect.stringContaining('tiny'),
    });
  });
});
