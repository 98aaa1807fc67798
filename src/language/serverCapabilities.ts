import { TextDocumentSyncKind, type ServerCapabilities } from 'vscode-languageserver/node';

/** What the server does, as the Language Server Protocol tells it to clients. */
export const serverCapabilities: ServerCapabilities = {
  textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental },
  inlayHintProvider: true,
  definitionProvider: true,
  documentLinkProvider: {},
  documentSymbolProvider: true,
  foldingRangeProvider: true,
  documentFormattingProvider: true,
  completionProvider: { triggerCharacters: [...':-[{,/. '] },
  hoverProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix', 'refactor.rewrite'] },
  workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
};
