import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import type { RecipeDescription } from '../../protocol/language.ts';
import { runPaths } from '../../runs/runPaths.ts';
import type { Services } from '../services.ts';

/** What recipes say about themselves, kept for everything that is drawn inline: it must be there at once. */
export interface Descriptions extends vscode.Disposable {
  /** As last heard; asks where nothing is known yet. */
  of(document: vscode.TextDocument): RecipeDescription | undefined;
  readonly onDidChange: vscode.Event<vscode.TextDocument>;
}

/** While somebody types. */
const SETTLE_MS = 300;

export function recipeDescriptions({ language, log }: Services): Descriptions {
  const changed = new vscode.EventEmitter<vscode.TextDocument>();
  const known = new Map<string, RecipeDescription>();
  const timers = new Map<string, NodeJS.Timeout>();
  const asked = new Set<string>();

  const ask = async (document: vscode.TextDocument) => {
    const uri = document.uri.toString();
    const { version } = document;
    try {
      const description = await language.ask('peft/describe', { uri });
      // An answer about an older text is followed by another one.
      if (document.isClosed) return void asked.delete(uri);
      if (document.version !== version) return;
      known.set(uri, description);
      changed.fire(document);
    } catch (error) {
      log.warn(messageOf(error));
      asked.delete(uri);
    }
  };
  const askSoon = (document: vscode.TextDocument) => {
    const uri = document.uri.toString();
    if (!asked.has(uri)) return;
    clearTimeout(timers.get(uri));
    timers.set(
      uri,
      setTimeout(() => void ask(document), SETTLE_MS),
    );
  };
  const forget = (uri: string) => {
    clearTimeout(timers.get(uri));
    for (const memory of [known, timers, asked]) memory.delete(uri);
  };
  const subscriptions = [
    vscode.workspace.onDidChangeTextDocument(({ document }) => askSoon(document)),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => forget(uri.toString())),
    language.onDidChangeFacts(() => {
      for (const document of vscode.workspace.textDocuments) askSoon(document);
    }),
  ];

  return {
    of: (document) => {
      const uri = document.uri.toString();
      if (!asked.has(uri)) {
        asked.add(uri);
        void ask(document);
      }
      return known.get(uri);
    },
    onDidChange: changed.event,
    dispose: () => {
      for (const uri of [...asked]) forget(uri);
      vscode.Disposable.from(changed, ...subscriptions).dispose();
    },
  };
}

/** A recipe that somebody works on: not the copy that lies in a run's folder. */
export function isOwnRecipe({ languageId, uri }: vscode.TextDocument): boolean {
  if (languageId !== 'peft-recipe') return false;
  return uri.scheme !== 'file' || !existsSync(runPaths(dirname(uri.fsPath)).record);
}
