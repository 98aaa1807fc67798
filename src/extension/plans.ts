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

/** It ends when nobody waits for it any more. */
interface Planning {
  readonly plan: Promise<PlanResult>;
  end(): void;
  waiting: number;
}

interface Known {
  readonly text: string;
  readonly plan: PlanResult;
  /** The planner failed: whoever asks has it try again. */
  readonly isFailure: boolean;
}

export function recipePlans({
  language,
  log,
}: {
  language: Pick<Language, 'ask' | 'onDidChangeFacts'>;
  log: vscode.LogOutputChannel;
}): Plans {
  const changed = new vscode.EventEmitter<vscode.Uri>();
  const known = new Map<string, Known>();
  const running = new Map<string, Planning>();
  const background = new Map<string, { readonly text: string; end(): void }>();

  const endBackground = (key: string) => {
    background.get(key)?.end();
    background.delete(key);
  };
  /** What is planned now is of an older text, or of other facts: whoever waits for it has it, and nobody else. */
  const outdate = (key: string) => {
    running.delete(key);
    endBackground(key);
  };
  const knownOf = (document: vscode.TextDocument | undefined) => {
    const found = document && known.get(document.uri.toString());
    return found?.text === document?.getText() ? found : undefined;
  };
  const start = (recipe: vscode.Uri): Planning => {
    const source = new vscode.CancellationTokenSource();
    return {
      plan: language.ask('peft/plan', { uri: recipe.toString() }, source.token),
      end: () => source.cancel(),
      waiting: 0,
    };
  };
  const startOn = ({ uri }: vscode.TextDocument, text: string): Planning => {
    const key = uri.toString();
    const planning = start(uri);
    running.set(key, planning);
    const keep = (plan: PlanResult, isFailure: boolean) => {
      if (running.get(key) !== planning) return;
      running.delete(key);
      known.set(key, { text, plan, isFailure });
      changed.fire(uri);
    };
    planning.plan.then(
      (plan) => keep(plan, false),
      (error: unknown) => keep({ problem: messageOf(error) }, true),
    );
    return planning;
  };
  const ask: Plans['ask'] = (recipe, token) => {
    const key = recipe.toString();
    const document = vscode.workspace.textDocuments.find((open) => open.uri.toString() === key);
    const before = knownOf(document);
    if (before?.isFailure === false) return Promise.resolve(before.plan);
    const planning =
      document === undefined ? start(recipe) : (running.get(key) ?? startOn(document, document.getText()));
    planning.waiting++;
    return new Promise((resolve, reject) => {
      const leaving = token.onCancellationRequested(() => {
        reject(new vscode.CancellationError());
        if (--planning.waiting > 0) return;
        if (running.get(key) === planning) running.delete(key);
        planning.end();
      });
      planning.plan.then(resolve, reject).finally(() => leaving.dispose());
    });
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
    vscode.workspace.onDidChangeTextDocument(({ document: { uri }, contentChanges }) => {
      // A save tells of a change without any.
      if (contentChanges.length > 0) outdate(uri.toString());
    }),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      outdate(uri.toString());
      known.delete(uri.toString());
    }),
    language.onDidChangeFacts(() => {
      const uris = new Set([...known.keys(), ...running.keys(), ...background.keys()]);
      for (const uri of uris) outdate(uri);
      known.clear();
      for (const uri of uris) changed.fire(vscode.Uri.parse(uri));
    }),
  ];
  return {
    ask,
    of: (document) => {
      const plan = knownOf(document)?.plan;
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
