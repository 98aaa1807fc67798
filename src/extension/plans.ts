import * as vscode from 'vscode';
import { messageOf } from '../core/errors.ts';
import type { PlanResult } from '../protocol/language.ts';
import type { Language } from './language.ts';

/** What recipes train and cost, with all their variants: each text is planned once. */
export interface Plans extends vscode.Disposable {
  /** @throws CancellationError where the token was cancelled; Error where the planner failed */
  ask(recipe: vscode.Uri, token: vscode.CancellationToken): Promise<PlanResult>;
  /** Of the text as it stands, where it is known; plans it in the background where it is not, until it changes. */
  of(document: vscode.TextDocument): PlanResult | undefined;
  /** The recipe whose plan is known now, or is not known any more. */
  readonly onDidChange: vscode.Event<vscode.Uri>;
}

/** While somebody types. */
const SETTLE_MS = 500;

export function recipePlans({
  language,
  log,
}: {
  language: Pick<Language, 'ask' | 'onDidChangeFacts'>;
  log: vscode.LogOutputChannel;
}): Plans {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const known = new Map<string, { readonly text: string; readonly plan: PlanResult }>();
  const background = new Map<string, { readonly text: string; end(): void }>();

  const endBackground = (key: string) => {
    background.get(key)?.end();
    background.delete(key);
  };
  const knownOf = (document: vscode.TextDocument | undefined) => {
    const found = document && known.get(document.uri.toString());
    return found?.text === document?.getText() ? found?.plan : undefined;
  };
  const ask: Plans['ask'] = async (recipe, token) => {
    const uri = recipe.toString();
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri);
    const before = knownOf(document);
    if (before !== undefined) return before;
    const text = document?.getText();
    const plan = await language.ask('peft/plan', { uri }, token);
    if (document !== undefined && text !== undefined && !document.isClosed && document.getText() === text) {
      known.set(uri, { text, plan });
      changed.fire(recipe);
    }
    return plan;
  };
  const askInBackground = ({ uri }: vscode.TextDocument, text: string) => {
    const source = new vscode.CancellationTokenSource();
    const timer = setTimeout(() => {
      ask(uri, source.token).catch((error: unknown) => {
        if (!source.token.isCancellationRequested) log.warn(messageOf(error));
      });
    }, SETTLE_MS);
    const end = () => {
      clearTimeout(timer);
      source.cancel();
    };
    background.set(uri.toString(), { text, end });
  };
  const subscriptions = [
    vscode.workspace.onDidChangeTextDocument(({ document: { uri } }) => endBackground(uri.toString())),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      endBackground(uri.toString());
      known.delete(uri.toString());
    }),
    language.onDidChangeFacts(() => {
      const uris = new Set([...known.keys(), ...background.keys()]);
      for (const uri of uris) endBackground(uri);
      known.clear();
      for (const uri of uris) changed.fire(vscode.Uri.parse(uri));
    }),
  ];
  return {
    ask,
    of: (document) => {
      const plan = knownOf(document);
      const uri = document.uri.toString();
      const text = document.getText();
      if (plan === undefined && background.get(uri)?.text !== text) {
        endBackground(uri);
        askInBackground(document, text);
      }
      return plan;
    },
    onDidChange: changed.event,
    dispose: () => {
      for (const uri of [...background.keys()]) endBackground(uri);
      vscode.Disposable.from(changed, ...subscriptions).dispose();
    },
  };
}
