import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { Services } from '../services.ts';
import { planFailed } from './errors.ts';

const SCHEME = 'peft-plan';

/** Read-only documents with the plan of a recipe, whose address is their query. */
export const planDocuments = {
  /** Also answers for documents that the editor brings back after a reload: their plan is made again. */
  register({ language }: Pick<Services, 'language'>): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: changed.event,
        provideTextDocumentContent: (uri, token) =>
          texts.get(uri.toString()) ?? planText(language, vscode.Uri.parse(uri.query), token),
      }),
      // The recipe may be another one when it is opened again.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
    );
  },

  /** Shows the text as the recipe's plan; one that is open is replaced. */
  async show(recipe: vscode.Uri, text: string): Promise<void> {
    const name = vscode.l10n.t('{0} (plan)', basename(recipe.path));
    const uri = vscode.Uri.from({ scheme: SCHEME, path: name, query: recipe.toString() });
    texts.set(uri.toString(), text);
    changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  },
};

/** @throws UserError with the reason where the recipe has no plan */
export async function planText(
  language: Services['language'],
  recipe: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<string> {
  const plan = await language.ask('peft/plan', { uri: recipe.toString() }, token);
  if ('problem' in plan) throw planFailed(basename(recipe.path), plan.problem);
  return plan.text;
}

const texts = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();
