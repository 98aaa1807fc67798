import { afterEach, beforeEach } from 'vitest';
import type * as vscode from 'vscode';
import { FakeDocument, type FakeTextEditor } from './documents.ts';
import { matches } from './languages.ts';
import { FakePanel } from './panels.ts';
import { back, enter } from './questions.ts';
import { events, resetState, state } from './state.ts';
import { extensionContext } from './surroundings.ts';
import { Position, TabInputCustom, Uri } from './values.ts';
import { activate, showTab, window } from './window.ts';
import { changeSetting, workspace } from './workspace.ts';

/**
 * An editor in memory for tests of the extension. Vitest hands the fake module `vscode.ts` to everything that imports 'vscode'; this is the
 * other side of it: what a user does, and what a user would see.
 *
 *     useEditor();                                       // in the test file: a fresh editor for each test, no question left unanswered
 *     editor.openFolders(dir);                           // workspace folders; files are the real ones on disk
 *     editor.set('peftWorkbench.runsFolder', 'other');   // a user setting; third argument 'workspace' for one of the workspace
 *     editor.setTrusted(false);
 *     const shown = await editor.open(path);             // opens a document and its editor; shown.document.apply([...]), .undo(), .save()
 *     const panel = await editor.openWith('peftWorkbench.form', path);   // a custom editor: panel.receive(message), panel.posted
 *     editor.answer('Choose a model', 'MiniLM');         // next quick pick, input, dialog or message whose text has this: a label (or part),
 *                                                        // a function of the items, a list, a Uri, `undefined` to dismiss, `back`, `enter`
 *     await editor.run('peftWorkbench.startTuning');     // a command as registered
 *     editor.messages, editor.executed, editor.contextKeys, editor.panels, editor.statusBarItems, editor.channels, editor.progress
 *     await editor.tree('peftWorkbench.experiments')     // nested { element, item, children }; .treeView(id).select(element)
 *     await editor.codeLenses(document), await editor.hover(document, line), editor.decorations(shown)
 *     await editor.restorePanel('peftWorkbench.dashboard', state)        // as after a reload of the window
 *
 * Quick picks, inputs, dialogs and modal messages fail the test where it has no answer for them; other messages then count as dismissed.
 * Settings have the defaults of package.json, and restricted ones of an untrusted workspace do not apply. The editor's own commands
 * (`vscode.open` ..) are recorded in `executed`; `editor.builtin` gives them an effect.
 */
export const editor = {
  reset(): void {
    resetState();
  },

  openFolders(...paths: string[]): void {
    const removed = state.folders;
    state.folders = paths.map((path, index) => ({
      uri: Uri.file(path),
      name: path.split('/').at(-1)!,
      index,
    }));
    events.folders.fire({ added: state.folders, removed });
  },
  set(key: string, value: unknown, target: 'user' | 'workspace' = 'user'): void {
    changeSetting(key, value, target);
  },
  setting: (key: string): unknown => workspace.getConfiguration().get(key),
  setTrusted(trusted: boolean): void {
    state.trusted = trusted;
    if (trusted) events.trusted.fire();
  },
  setFocused(focused: boolean): void {
    state.focused = focused;
    events.windowState.fire({ focused, active: focused });
  },

  async open(path: string | vscode.Uri): Promise<FakeTextEditor> {
    const uri = typeof path === 'string' ? Uri.file(path) : Uri.parse(path.toString());
    return window.showTextDocument(await workspace.openTextDocument(uri));
  },
  /** No text editor is active, as when a webview is. */
  leaveEditors: (): void => activate(undefined),
  close(shown: FakeTextEditor): void {
    state.editors = state.editors.filter((one) => one !== shown);
    state.documents = state.documents.filter((one) => one !== shown.document);
    events.visibleEditors.fire(state.editors);
    if (state.activeEditor === shown) activate(state.editors.at(-1));
    shown.document.close();
  },
  async openWith(viewType: string, path: string): Promise<FakePanel> {
    const provider = state.customEditors.get(viewType);
    if (!provider) throw new Error(`Expected a custom editor ${viewType}, found none registered.`);
    const document = await workspace.openTextDocument(path);
    const panel = new FakePanel(viewType, document.fileName, {});
    state.panels.push(panel);
    activate(undefined);
    showTab(new TabInputCustom(document.uri, viewType));
    await provider.resolveCustomTextEditor(document, panel, {
      isCancellationRequested: false,
      onCancellationRequested: () => ({ dispose: () => undefined }),
    });
    return panel;
  },
  /** A tab of a custom editor is the active one, whoever provides it. */
  showCustomTab: (viewType: string, path: string): void => {
    activate(undefined);
    showTab(new TabInputCustom(Uri.file(path), viewType));
  },
  async restorePanel(viewType: string, saved: unknown): Promise<FakePanel> {
    const serializer = state.serializers.get(viewType);
    if (!serializer) throw new Error(`Expected a serializer of ${viewType}, found none registered.`);
    const panel = window.createWebviewPanel(viewType, '', 1);
    await serializer.deserializeWebviewPanel(panel, saved);
    return panel;
  },

  answer(title: string | RegExp, ...answers: unknown[]): void {
    state.answers.push(...answers.map((answer) => ({ title, answer })));
  },
  back,
  enter,
  builtin(command: string, effect: (...args: never[]) => unknown): void {
    state.builtin.set(command, effect);
  },
  async run(command: string, ...args: unknown[]): Promise<unknown> {
    const handler = state.commands.get(command);
    if (!handler) throw new Error(`Expected a command ${command}, found none registered.`);
    return handler(...(args as never[]));
  },

  get messages() {
    return state.messages;
  },
  /** Titles of everything asked, in order. */
  get questions() {
    return state.questions;
  },
  /** Answers of the test that nobody asked for yet. */
  get unused() {
    return state.answers;
  },
  get commands() {
    return [...state.commands.keys()];
  },
  get executed() {
    return state.executed;
  },
  get contextKeys() {
    return state.contextKeys;
  },
  get panels() {
    return state.panels.filter(({ disposed }) => !disposed);
  },
  get customEditors() {
    return state.customEditors;
  },
  get serializers() {
    return state.serializers;
  },
  get statusBarItems() {
    return state.statusBarItems;
  },
  get channels() {
    return state.channels;
  },
  get progress() {
    return state.progress;
  },
  get watchers() {
    return state.watchers;
  },
  get providers() {
    return state.providers;
  },
  get documents() {
    return state.documents;
  },
  get clipboard() {
    return state.clipboard;
  },
  /** Addresses handed to the system's browser. */
  get openedExternally() {
    return state.opened;
  },

  treeView(id: string) {
    const tree = state.trees.get(id);
    if (!tree) throw new Error(`Expected a view ${id}, found none.`);
    return tree;
  },
  /** The whole tree, as if everything was expanded. */
  async tree(id: string, element?: unknown): Promise<TreeNode[]> {
    const { provider } = editor.treeView(id);
    const children = ((await provider.getChildren(element)) ?? []) as unknown[];
    return Promise.all(
      children.map(async (child) => ({
        element: child,
        item: (await provider.getTreeItem(child)) as vscode.TreeItem,
        children: await editor.tree(id, child),
      })),
    );
  },
  /** Lenses of all providers, resolved. */
  async codeLenses(document: FakeDocument): Promise<vscode.CodeLens[]> {
    const found = providersFor<vscode.CodeLensProvider>('codeLens', document).map(async (provider) => {
      const lenses = (await provider.provideCodeLenses(document as never, token)) ?? [];
      const resolved = async (lens: vscode.CodeLens) =>
        lens.isResolved ? lens : ((await provider.resolveCodeLens?.(lens, token)) ?? lens);
      return Promise.all(lenses.map(resolved));
    });
    return (await Promise.all(found)).flat();
  },
  async hover(document: FakeDocument, line: number, character = 0): Promise<vscode.Hover[]> {
    const position = new Position(line, character) as vscode.Position;
    const found = providersFor<vscode.HoverProvider>('hover', document).map((provider) =>
      provider.provideHover(document as never, position, token),
    );
    return (await Promise.all(found)).filter((hover) => hover !== undefined && hover !== null);
  },
  /** All decorations of an editor, with the options of their type. */
  decorations(
    shown: FakeTextEditor,
  ): { range: vscode.Range; options: vscode.DecorationOptions; type: unknown }[] {
    return [...shown.decorations].flatMap(([key, placed]) =>
      (placed as (vscode.DecorationOptions | vscode.Range)[]).map((one) => {
        const options = 'range' in one ? one : { range: one };
        const type = state.decorationTypes.find((known) => known.key === key)?.options;
        return { range: options.range, options, type };
      }),
    );
  },

  /** What `activate` gets; storage lies in the folder given. */
  context: (storage: string) => extensionContext(storage) as unknown as vscode.ExtensionContext,
};

export interface TreeNode {
  readonly element: unknown;
  readonly item: vscode.TreeItem;
  readonly children: readonly TreeNode[];
}

/** A fresh editor for each test of the file; a question without an answer fails the test. */
export function useEditor(): void {
  beforeEach(() => editor.reset());
  afterEach(() => {
    const [first] = state.failures;
    if (first) throw first;
  });
}

const token = {
  isCancellationRequested: false,
  onCancellationRequested: () => ({ dispose: () => undefined }),
};

function providersFor<Provider>(kind: string, document: FakeDocument): Provider[] {
  return state.providers
    .filter((entry) => entry.kind === kind && matches(entry.selector, document))
    .map(({ provider }) => provider);
}
