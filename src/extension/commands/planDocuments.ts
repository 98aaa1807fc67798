import * as vscode from 'vscode';
import { basename } from 'node:path';
import type { PlanResult } from '../../protocol/language.ts';
import type { Services } from '../services.ts';
import { planFailed } from './errors.ts';

const SCHEME = 'peft-plan';

/** Read-only documents with the plan of a recipe, whose address is their query. */
export const planDocuments = {
  /** Also answers for documents that the editor brings back after a reload: their plan is made again. */
  register({ plans }: Pick<Services, 'plans'>): vscode.Disposable {
    return vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: changed.event,
        provideTextDocumentContent: async (uri, token) =>
          texts.get(uri.toString()) ?? (await planOf(plans, vscode.Uri.parse(uri.query), token)).text,
      }),
      plans.onDidChange((recipe) => follow(plans, recipe)),
      // The recipe may be another one when it is opened again.
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void texts.delete(uri.toString())),
    );
  },

  /** Shows the text as the recipe's plan; one that is open is replaced. */
  async show(recipe: vscode.Uri, text: string): Promise<void> {
    const uri = addressOf(recipe);
    texts.set(uri.toString(), text);
    changed.fire(uri);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, viewColumn: vscode.ViewColumn.Beside });
  },
};

/** @throws UserError with the reason where the recipe has no plan */
export async function planOf(
  plans: Services['plans'],
  recipe: vscode.Uri,
  token: vscode.CancellationToken,
): Promise<Planned> {
  const plan = await plans.ask(recipe, token);
  if ('problem' in plan) throw planFailed(basename(recipe.path), plan.problem);
  return plan;
}

type Planned = Exclude<PlanResult, { readonly problem: string }>;

/** A plan on screen is that of its recipe as it stands, as soon as it is known. */
function follow(plans: Services['plans'], recipe: vscode.Uri): void {
  const uri = addressOf(recipe);
  const open = vscode.workspace.textDocuments;
  const document = open.find((one) => one.uri.toString() === recipe.toString());
  if (document === undefined || !open.some((one) => one.uri.toString() === uri.toString())) return;
  const plan = plans.of(document);
  if (plan === undefined || 'problem' in plan || texts.get(uri.toString()) === plan.text) return;
  texts.set(uri.toString(), plan.text);
  changed.fire(uri);
}

function addressOf(recipe: vscode.Uri): vscode.Uri {
  const name = vscode.l10n.t('{0} (plan)', basename(recipe.path));
  return vscode.Uri.from({ scheme: SCHEME, path: name, query: recipe.toString() });
}

const texts = new Map<string, string>();
const changed = new vscode.EventEmitter<vscode.Uri>();
