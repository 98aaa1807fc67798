import {
  DidChangeWatchedFilesNotification,
  LSPErrorCodes,
  ResponseError,
  TextDocuments,
  type CancellationToken,
  type Connection,
} from 'vscode-languageserver/node';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { messageOf } from '../core/errors.ts';
import type { AdviceLevels } from '../evidence/rule.ts';
import {
  FACTS_CHANGED,
  type LanguageNotifications,
  type LanguageRequest,
  type LanguageRequests,
} from '../protocol/language.ts';
import { dataFormats } from '../recipe/schema.ts';
import { recipeInFile } from './recipeInFile.ts';
import { serverCapabilities } from './serverCapabilities.ts';
import { createService } from './service.ts';
import { fileOf, type RecipeText, type Workspace } from './workspace.ts';

/** Files that a recipe's diagnostics depend on: data, and what tells about a model. */
const WATCHED = [
  `**/*{${[...Object.values(dataFormats), '.safetensors'].join(',')}}`,
  '**/{config,tokenizer,tokenizer_config,model.safetensors.index}.json',
];
/** What a run writes all the time, and no recipe reads. */
const OF_A_RUN =
  /\/(metrics|predictions\/[^/]+)\.jsonl$|\/(run|ledger|user)\.json$|\/(checkpoints|adapter)\/[^/]+$/;

/** What the client says of itself beside the protocol. */
interface InitializationOptions {
  readonly trusted?: boolean;
  /** Folder of the Hugging Face cache, where it is not the environment's. */
  readonly hubCache?: string;
  /** By the ids of rules. */
  readonly advice?: AdviceLevels;
  /** The client's command that turns off a rule, whose id is its argument. */
  readonly turnOffAdvice?: string;
  /** URI of the recipe reference, where problem codes are explained. */
  readonly reference?: string;
}

/** Answers a client on a connection. @param planner the program of the planner's thread */
export function serve(connection: Connection, planner: URL, env: Workspace['env']): void {
  let workspace: Workspace = { folders: [], trusted: false, env };
  const documents = new TextDocuments(TextDocument);
  const service = createService(() => workspace, planner);
  const checking = new Map<string, { again: boolean }>();
  let canRefreshHints = false;
  let canSnippets = false;
  let canWatch = false;
  let canFolders = false;

  connection.onInitialize(({ workspaceFolders, initializationOptions, capabilities }) => {
    const options = (initializationOptions ?? {}) as InitializationOptions;
    workspace = {
      folders: (workspaceFolders ?? []).flatMap(({ uri }) => fileOf(uri) ?? []),
      trusted: options.trusted !== false,
      env: envWith(options.hubCache),
      reference: options.reference,
      advice: options.advice,
      turnOffAdvice: options.turnOffAdvice,
    };
    canRefreshHints = capabilities.workspace?.inlayHint?.refreshSupport === true;
    canSnippets = capabilities.textDocument?.completion?.completionItem?.snippetSupport === true;
    canWatch = capabilities.workspace?.didChangeWatchedFiles?.dynamicRegistration === true;
    canFolders = capabilities.workspace?.workspaceFolders === true;
    return { capabilities: serverCapabilities };
  });
  connection.onInitialized(() => {
    if (canWatch)
      void connection.client.register(DidChangeWatchedFilesNotification.type, {
        watchers: WATCHED.map((globPattern) => ({ globPattern })),
      });
    if (canFolders)
      connection.workspace.onDidChangeWorkspaceFolders(({ added, removed }) => {
        const gone = new Set(removed.map(({ uri }) => fileOf(uri)));
        const kept = workspace.folders.filter((folder) => !gone.has(folder));
        workspace = { ...workspace, folders: [...kept, ...added.flatMap(({ uri }) => fileOf(uri) ?? [])] };
        lookAgain();
      });
  });
  connection.onNotification('peft/trusted', async () => {
    workspace = { ...workspace, trusted: true };
    await service.lookAtRuns();
    lookAgain();
  });
  connection.onNotification('peft/hubCache', ({ dir }: LanguageNotifications['peft/hubCache']) => {
    workspace = { ...workspace, env: envWith(dir) };
    lookAgain();
  });
  connection.onNotification('peft/advice', ({ levels }: LanguageNotifications['peft/advice']) => {
    workspace = { ...workspace, advice: levels };
    lookAgain();
  });
  connection.onNotification('peft/runs', async ({ folders }: LanguageNotifications['peft/runs']) => {
    workspace = { ...workspace, runsFolders: folders };
    await service.lookAtRuns();
    checkAll();
  });
  connection.onNotification('peft/lookAgain', lookAgain);
  connection.onDidChangeWatchedFiles(({ changes }) => {
    if (changes.some(({ uri }) => !OF_A_RUN.test(uri))) lookAgain();
  });

  documents.onDidChangeContent(({ document }) => {
    publish(document, service.parse(recipeOf(document)));
    void check(document.uri);
  });
  documents.onDidClose(({ document: { uri } }) => {
    service.forget(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  connection.languages.inlayHint.on(async ({ textDocument, range }) => {
    const document = documents.get(textDocument.uri);
    if (document === undefined) return [];
    const { version } = document;
    const hints = await service.hints(recipeOf(document));
    if (document.version !== version) return []; // the client asks again for the new text
    return hints.filter(({ position: { line } }) => line >= range.start.line && line <= range.end.line);
  });

  connection.onCompletion(({ textDocument, position }, token) =>
    current(textDocument.uri, token, (recipe) => service.complete(recipe, position, canSnippets)),
  );
  connection.onHover(({ textDocument, position }, token) =>
    current(textDocument.uri, token, (recipe) => service.hover(recipe, position)),
  );

  connection.onCodeAction(({ textDocument: { uri }, range, context: { only } }, token) =>
    current(uri, token, (recipe) =>
      service
        .codeActions(recipe, range)
        .filter(({ kind = '' }) => only?.some((each) => isKind(kind, each)) ?? true),
    ),
  );

  connection.onDefinition(({ textDocument, position }, token) =>
    current(textDocument.uri, token, (recipe) => service.definition(recipe, position)),
  );
  connection.onDocumentLinks(({ textDocument: { uri } }, token) => current(uri, token, service.links));
  connection.onDocumentSymbol(({ textDocument: { uri } }, token) => current(uri, token, service.symbols));
  connection.onFoldingRanges(({ textDocument: { uri } }, token) => current(uri, token, service.folding));
  connection.onDocumentFormatting(({ textDocument: { uri } }, token) => current(uri, token, service.format));

  answer('peft/describe', async ({ uri }) => service.describe(await textOf(uri)));
  answer('peft/parameters', async ({ uri }) => service.parameters(await textOf(uri)));
  answer('peft/plan', async ({ uri, variants }, signal) => service.plan(await textOf(uri), signal, variants));
  answer('peft/edit', async ({ uri, edits }) => {
    const { version = 0, ...recipe } = await textOf(uri);
    const changes = service.edit(recipe, edits);
    return changes === undefined
      ? { problem: 'the text has faults, or a value stands where entries are to be put' }
      : { version, edits: changes };
  });
  answer('peft/columns', ({ file, format }) => service.columns(file, format));
  answer('peft/models', () => service.models());
  answer('peft/vocabulary', () => service.vocabulary());

  documents.listen(connection);
  connection.listen();

  /** An answer about an open document, none where there is nothing to say; refused where it was cancelled or is one about an older text. */
  async function current<Result>(
    uri: string,
    token: CancellationToken,
    handler: (recipe: RecipeText) => Result | undefined | Promise<Result | undefined>,
  ): Promise<Result | null> {
    const document = documents.get(uri);
    if (document === undefined) return null;
    const { version } = document;
    const result = await handler(recipeOf(document));
    if (token.isCancellationRequested)
      throw new ResponseError(LSPErrorCodes.RequestCancelled, 'the request was cancelled');
    if (document.version !== version)
      throw new ResponseError(LSPErrorCodes.ContentModified, 'the text changed meanwhile');
    return result ?? null;
  }

  /** Cancelling the request aborts the signal. */
  function answer<Name extends LanguageRequest>(
    name: Name,
    handler: (
      params: LanguageRequests[Name]['params'],
      signal: AbortSignal,
    ) => LanguageRequests[Name]['result'] | Promise<LanguageRequests[Name]['result']>,
  ): void {
    connection.onRequest(
      name,
      async (params: LanguageRequests[Name]['params'], token: CancellationToken): Promise<unknown> => {
        const controller = new AbortController();
        token.onCancellationRequested(() =>
          controller.abort(new ResponseError(LSPErrorCodes.RequestCancelled, `${name} was cancelled`)),
        );
        return handler(params, controller.signal);
      },
    );
  }

  function envWith(hubCache: string | undefined): Workspace['env'] {
    return hubCache ? { ...env, HF_HUB_CACHE: hubCache } : env;
  }

  function checkAll(): void {
    for (const uri of documents.keys()) void check(uri);
  }

  function lookAgain(): void {
    checkAll();
    void connection.sendNotification(FACTS_CHANGED);
    if (canRefreshHints) connection.languages.inlayHint.refresh().catch(report);
  }

  /** One check of a document at a time; what changed meanwhile is checked after it. */
  async function check(uri: string): Promise<void> {
    const running = checking.get(uri);
    if (running !== undefined) {
      running.again = true;
      return;
    }
    const state = { again: true };
    checking.set(uri, state);
    try {
      while (state.again) {
        state.again = false;
        const document = documents.get(uri);
        if (document === undefined) return;
        const { version } = document;
        const diagnostics = await service.check(recipeOf(document));
        if (documents.get(uri) === document && document.version === version) publish(document, diagnostics);
        if (documents.get(uri) === undefined) service.forget(uri); // it was closed meanwhile
      }
    } catch (error) {
      report(error);
    } finally {
      checking.delete(uri);
    }
  }

  function publish({ uri, version }: TextDocument, diagnostics: ReturnType<typeof service.parse>): void {
    void connection.sendDiagnostics({ uri, version, diagnostics });
  }

  function report(error: unknown): void {
    connection.console.error(error instanceof Error ? (error.stack ?? error.message) : messageOf(error));
  }

  /** The text in the editor; of a document that is not open, the file's. */
  async function textOf(uri: string): Promise<RecipeText & { readonly version?: number }> {
    const document = documents.get(uri);
    if (document === undefined) return recipeInFile(uri, workspace);
    return { ...recipeOf(document), version: document.version };
  }
}

function recipeOf(document: TextDocument): RecipeText {
  return { uri: document.uri, text: document.getText() };
}

/** Whether a kind of code action is one of those asked for, or below it. */
function isKind(kind: string, wanted: string): boolean {
  return wanted === '' || kind === wanted || kind.startsWith(`${wanted}.`);
}
