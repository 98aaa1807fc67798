import { dirname, isAbsolute, resolve } from 'node:path';
import * as vscode from 'vscode';
import { isJsonObject } from '../../core/json.ts';
import type { FormState, ToForm } from '../../protocol/form.ts';
import type { PlanResult, RecipeDescription } from '../../protocol/language.ts';
import type { Language } from '../language.ts';

/** What the form shows of a document as it is now. @throws Error where the language server fails */
export async function formState(document: vscode.TextDocument, language: Language): Promise<FormState> {
  const { version } = document;
  const uri = document.uri.toString();
  const [description, parameters, models] = await Promise.all([
    language.ask('peft/describe', { uri }),
    language.ask('peft/parameters', { uri }),
    language.ask('peft/models', {}),
  ]);
  const columns = await trainColumns(document, description, language);
  return {
    version,
    fileName: document.fileName,
    description,
    problems: problemsOf(document, description),
    parameters,
    models,
    ...(columns && { columns }),
    trusted: vscode.workspace.isTrusted,
  };
}

/** What the form shows of a plan. */
export function planFigures(plan: PlanResult): Pick<PlanMessage, 'figures' | 'problem'> {
  if ('problem' in plan) return { figures: [], problem: plan.problem };
  const figures = plan.variants.map(({ name, memoryBytes, time }) => ({
    variant: name,
    memoryBytes: memoryBytes.total,
    isMeasured: time !== undefined,
    ...(time?.secondsPerRun !== undefined && { secondsPerRun: time.secondsPerRun }),
  }));
  return { figures };
}

type PlanMessage = Extract<ToForm, { readonly type: 'plan' }>;

/** The folder where a recipe's relative paths start: its own; for one that is not saved yet, the workspace's. */
export function recipeFolder({ uri, isUntitled }: vscode.TextDocument): string | undefined {
  return isUntitled ? vscode.workspace.workspaceFolders?.[0]?.uri.fsPath : dirname(uri.fsPath);
}

async function trainColumns(
  document: vscode.TextDocument,
  { values }: RecipeDescription,
  language: Language,
): Promise<readonly string[] | undefined> {
  const task = isJsonObject(values) && isJsonObject(values.task) ? values.task : {};
  const folder = recipeFolder(document);
  if (typeof task.train !== 'string' || task.train === '') return undefined;
  if (folder === undefined && !isAbsolute(task.train)) return undefined;
  const file = resolve(folder ?? '', task.train);
  const format = typeof task.format === 'string' ? { format: task.format } : {};
  const found = await language.ask('peft/columns', { file, ...format });
  return 'columns' in found ? found.columns : undefined;
}

const severities = {
  [vscode.DiagnosticSeverity.Error]: 'error',
  [vscode.DiagnosticSeverity.Warning]: 'warning',
  [vscode.DiagnosticSeverity.Information]: 'information',
  [vscode.DiagnosticSeverity.Hint]: 'information',
} as const;

function problemsOf(
  { uri }: vscode.TextDocument,
  { concerned = [] }: RecipeDescription,
): FormState['problems'] {
  return [...vscode.languages.getDiagnostics(uri)]
    .sort((a, b) => a.range.start.compareTo(b.range.start))
    .map((diagnostic) => {
      const { severity, message, range } = diagnostic;
      const path = pathOf(diagnostic);
      const known = concerned.find((each) => each.path === path && each.message === message);
      const { variants = [] } = known ?? {};
      return { severity: severities[severity], message, path, line: range.start.line, variants };
    });
}

/** The language server puts the path of the field beside its finding; the client keeps that, and VS Code's type does not say so. */
function pathOf(diagnostic: vscode.Diagnostic & { readonly data?: unknown }): string {
  const { data } = diagnostic;
  return isJsonObject(data) && typeof data.path === 'string' ? data.path : '';
}
