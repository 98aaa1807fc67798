import { posix, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { fromFormSchema } from '../../protocol/form.ts';
import type { FromForm, ToForm } from '../../protocol/form.ts';
import type { ValueEdit } from '../../protocol/language.ts';
import { FORM } from '../activeRecipe.ts';
import { messages } from '../messages.ts';
import { pageHtml, pageOptions } from '../pages/pageHtml.ts';
import type { Feature, Services } from '../services.ts';
import { formState, planFigures, recipeFolder } from './formState.ts';

/** Typing in a text editor beside the form changes the document with every key. */
const QUIET_MS = 100;

/** The recipe form: a view of the YAML document, which alone holds the truth; it changes by text edits only. */
export const formEditor: Feature = (services) =>
  vscode.window.registerCustomEditorProvider(
    FORM,
    {
      resolveCustomTextEditor: async (document, panel) => {
        // The language server has recipes alone, and settings may have given the file another language.
        if (document.languageId !== 'peft-recipe')
          await vscode.languages.setTextDocumentLanguage(document, 'peft-recipe');
        showForm(document, panel, services);
      },
    },
    { supportsMultipleEditorsPerDocument: true },
  );

function showForm(document: vscode.TextDocument, panel: vscode.WebviewPanel, services: Services): void {
  const { context, language, log, plans } = services;
  const uri = document.uri.toString();
  let isDisposed = false;
  let timer: NodeJS.Timeout | undefined;
  let editing: Promise<void> = Promise.resolve();
  /** The last version that was shown and has no errors. */
  let plannable: number | undefined;
  const subscriptions = [
    panel.webview.onDidReceiveMessage(receive),
    panel.onDidChangeViewState(() => panel.visible && showSoon()),
    vscode.workspace.onDidChangeTextDocument((event) => {
      if (event.document.uri.toString() === uri) showSoon();
    }),
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      if (uris.some((each) => each.toString() === uri)) showSoon();
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(showSoon),
    language.onDidChangeFacts(showSoon),
    plans.onDidChange((recipe) => {
      if (recipe.toString() === uri) tellPlan();
    }),
  ];
  panel.onDidDispose(() => {
    isDisposed = true;
    clearTimeout(timer);
    for (const each of subscriptions) each.dispose();
  });
  panel.webview.options = pageOptions(context.extensionUri);
  panel.webview.html = pageHtml(panel.webview, context.extensionUri, {
    name: 'form',
    title: document.fileName,
  });

  function receive(message: unknown): void {
    const parsed = fromFormSchema.safeParse(message);
    if (!parsed.success) {
      log.warn(`The form sent a message that it cannot mean; it is dropped: ${parsed.error.message}`);
      // An edit, of which the page waits to hear.
      return post({ type: 'edited', version: document.version });
    }
    answer(parsed.data).catch(report);
  }

  async function answer(message: FromForm): Promise<void> {
    switch (message.type) {
      case 'ready':
        post({ type: 'vocabulary', vocabulary: await language.ask('peft/vocabulary', {}) });
        return show();
      case 'edit':
        await edit(message.edits);
        return post({ type: 'edited', version: document.version });
      case 'browse':
        return browse(message);
      case 'reveal':
        return openText({ selection: new vscode.Range(message.line, 0, message.line, 0) });
      case 'act':
        return act(message.action);
    }
  }

  function post(message: ToForm): void {
    if (!isDisposed) void panel.webview.postMessage(message);
  }

  function showSoon(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void show().catch(report), QUIET_MS);
  }

  async function show(): Promise<void> {
    if (isDisposed || !panel.visible) return;
    const state = await formState(document, language);
    // An older view than the document: its change has asked for the next one.
    if (state.version !== document.version) return;
    post({ type: 'state', state });
    plannable = state.description.errors === 0 ? state.version : undefined;
    tellPlan();
  }

  /** That of the text as it is, shared with what else shows plans; where it is not known yet, once it is. */
  function tellPlan(): void {
    const { version } = document;
    if (!panel.visible || plannable !== version) return;
    const plan = plans.of(document);
    if (plan !== undefined) post({ type: 'plan', version, ...planFigures(plan) });
  }

  /** One after the other: each refers to the text that the one before it left. */
  function edit(edits: readonly ValueEdit[]): Promise<void> {
    editing = editing.then(() => apply(edits)).catch(report);
    return editing;
  }

  async function apply(edits: readonly ValueEdit[]): Promise<void> {
    let result = await language.ask('peft/edit', { uri, edits });
    if ('version' in result && result.version !== document.version) {
      result = await language.ask('peft/edit', { uri, edits });
    }
    if ('problem' in result) return refuse(result.problem);
    if (result.version !== document.version) {
      return refuse(
        vscode.l10n.t('The recipe changed at the same moment; the change in the form was not made.'),
      );
    }
    if (result.edits.length === 0) return show();
    const change = new vscode.WorkspaceEdit();
    change.set(
      document.uri,
      result.edits.map(({ range: { start, end }, newText }) => {
        const range = new vscode.Range(start.line, start.character, end.line, end.character);
        return vscode.TextEdit.replace(range, newText);
      }),
    );
    if (await vscode.workspace.applyEdit(change)) return;
    return refuse(vscode.l10n.t('{0} cannot be changed.', document.fileName));
  }

  /** The page shows the document again, not what was typed. */
  async function refuse(problem: string): Promise<void> {
    void messages.warning(problem);
    await show();
  }

  async function browse({ path, what }: Extract<FromForm, { type: 'browse' }>): Promise<void> {
    const folder = recipeFolder(document);
    const chosen = await vscode.window.showOpenDialog({
      title: what === 'folder' ? vscode.l10n.t('Choose a model folder') : vscode.l10n.t('Choose a data file'),
      canSelectFiles: what === 'file',
      canSelectFolders: what === 'folder',
      ...(folder !== undefined && { defaultUri: vscode.Uri.file(folder) }),
    });
    if (chosen?.[0] === undefined) return;
    await edit([{ path, value: writtenPath(folder, chosen[0].fsPath) }]);
  }

  async function act(action: Extract<FromForm, { type: 'act' }>['action']): Promise<void> {
    switch (action) {
      case 'start': {
        const saved = await save();
        if (saved !== undefined) await vscode.commands.executeCommand('peftWorkbench.startTuning', saved);
        return;
      }
      case 'plan':
        await vscode.commands.executeCommand('peftWorkbench.showPlan', document.uri);
        return;
      case 'openText':
        return openText();
      case 'dashboard':
        await vscode.commands.executeCommand('peftWorkbench.openDashboard', document.uri);
        return;
    }
  }

  async function openText(...options: [] | [vscode.TextDocumentShowOptions]): Promise<void> {
    await vscode.commands.executeCommand('vscode.openWith', document.uri, 'default', ...options);
  }

  /** Where the recipe lies now; undefined where it was not saved. What the form is about to write counts, too. */
  async function save(): Promise<vscode.Uri | undefined> {
    await editing;
    if (document.isUntitled) return vscode.workspace.save(document.uri);
    return !document.isDirty || (await document.save()) ? document.uri : undefined;
  }

  function report(error: unknown): void {
    log.error(`The form of ${document.fileName}: ${messageOf(error)}`);
  }
}

/** As a recipe names files: relative to it, with forward slashes; absolute on another drive, or where it has no folder yet. */
function writtenPath(folder: string | undefined, file: string): string {
  const path = folder === undefined ? file : relative(folder, file);
  const forward = path.split(sep).join(posix.sep);
  if (/^([A-Za-z]:|\/)/.test(forward)) return forward;
  return forward === '..' || forward.startsWith('../') ? forward : `./${forward}`;
}
