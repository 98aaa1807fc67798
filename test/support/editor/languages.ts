import type { FakeDocument } from './documents.ts';
import { state } from './state.ts';
import { Disposable, EventEmitter, type Uri } from './values.ts';

const register = (kind: string) => (selector: unknown, provider: never) => {
  const entry = { kind, selector, provider };
  state.providers.push(entry);
  return new Disposable(() => state.providers.splice(state.providers.indexOf(entry), 1));
};

export const languages = {
  registerCodeLensProvider: register('codeLens'),
  registerHoverProvider: register('hover'),
  registerInlayHintsProvider: register('inlayHints'),
  registerCompletionItemProvider: register('completion'),
  registerCodeActionsProvider: register('codeActions'),
  registerDocumentLinkProvider: register('documentLink'),
  registerDocumentSymbolProvider: register('documentSymbol'),
  registerDefinitionProvider: register('definition'),
  registerFoldingRangeProvider: register('foldingRange'),
  match: (selector: unknown, document: FakeDocument) => (matches(selector, document) ? 10 : 0),
  setTextDocumentLanguage: async (document: FakeDocument, languageId: string) =>
    Object.assign(document, { languageId }),
  getLanguages: async () => ['peft-recipe', 'yaml', 'json', 'plaintext'],
  onDidChangeDiagnostics: new EventEmitter<unknown>().event,
  getDiagnostics: (uri: Uri) =>
    [...state.diagnostics.values()].flatMap((collection) => collection.get(uri.toString()) ?? []),
  createDiagnosticCollection(name = '') {
    const collection = new Map<string, unknown[]>();
    state.diagnostics.set(name, collection);
    return {
      name,
      set: (uri: Uri, found: unknown[] = []) => void collection.set(uri.toString(), found),
      get: (uri: Uri) => collection.get(uri.toString()),
      has: (uri: Uri) => collection.has(uri.toString()),
      delete: (uri: Uri) => void collection.delete(uri.toString()),
      clear: () => collection.clear(),
      dispose: () => void state.diagnostics.delete(name),
    };
  },
};

/** A selector of languages and schemes; patterns are not looked at. */
export function matches(selector: unknown, document: FakeDocument): boolean {
  if (Array.isArray(selector)) return selector.some((one) => matches(one, document));
  if (typeof selector === 'string') return selector === '*' || selector === document.languageId;
  const { language, scheme } = selector as { language?: string; scheme?: string };
  return (
    (language === undefined || language === document.languageId) &&
    (scheme === undefined || scheme === document.uri.scheme)
  );
}
