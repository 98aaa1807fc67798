import { format } from 'node:util';
import { FakeDocument, FakeTextEditor } from './documents.ts';
import { FakePanel } from './panels.ts';
import {
  FakeInputBox,
  FakeQuickPick,
  showInputBox,
  showMessage,
  showOpenDialog,
  showQuickPick,
  showSaveDialog,
} from './questions.ts';
import {
  events,
  state,
  type CustomEditorProvider,
  type FakeStatusBarItem,
  type Serializer,
  type TreeProvider,
} from './state.ts';
import { CancellationTokenSource, Disposable, EventEmitter, TabInputText, toUri, Uri } from './values.ts';
import { workspace } from './workspace.ts';

const changed = <T>(): EventEmitter<T> => new EventEmitter<T>();

export const window = {
  get activeTextEditor() {
    return state.activeEditor;
  },
  get visibleTextEditors() {
    return state.editors;
  },
  get state() {
    return { focused: state.focused, active: state.focused };
  },
  activeColorTheme: { kind: 2 },
  tabGroups: {
    get all() {
      return [window.tabGroups.activeTabGroup];
    },
    get activeTabGroup() {
      const activeTab =
        state.activeTab === undefined ? undefined : { input: state.activeTab, isActive: true };
      return { activeTab, tabs: activeTab ? [activeTab] : [], isActive: true, viewColumn: 1 };
    },
    onDidChangeTabs: events.tabs.event,
    onDidChangeTabGroups: events.tabGroups.event,
    close: async () => true,
  },
  onDidChangeActiveTextEditor: events.activeEditor.event,
  onDidChangeVisibleTextEditors: events.visibleEditors.event,
  onDidChangeTextEditorSelection: events.selection.event,
  onDidChangeTextEditorVisibleRanges: changed<unknown>().event,
  onDidChangeWindowState: events.windowState.event,
  onDidChangeActiveColorTheme: changed<unknown>().event,

  showQuickPick,
  showInputBox,
  showOpenDialog,
  showSaveDialog,
  createQuickPick: () => new FakeQuickPick(),
  createInputBox: () => new FakeInputBox(),
  showInformationMessage: showMessage('information'),
  showWarningMessage: showMessage('warning'),
  showErrorMessage: showMessage('error'),
  showWorkspaceFolderPick: async () => state.folders[0],

  async showTextDocument(
    what: FakeDocument | Uri,
    options?: number | { viewColumn?: number; selection?: never },
  ): Promise<FakeTextEditor> {
    const document = what instanceof FakeDocument ? what : await workspace.openTextDocument(what);
    const column = typeof options === 'object' ? options.viewColumn : options;
    const editor = state.editors.find((one) => one.document === document) ?? new FakeTextEditor(document);
    if (column !== undefined && column > 0) editor.viewColumn = column;
    if (typeof options === 'object' && options.selection) editor.selection = options.selection;
    activate(editor);
    return editor;
  },

  createTextEditorDecorationType(options: unknown) {
    const type = { key: `decoration${state.decorationTypes.length + 1}`, options, disposed: false };
    state.decorationTypes.push(type);
    const dispose = () => {
      type.disposed = true;
      for (const editor of state.editors) editor.decorations.delete(type.key);
    };
    return { key: type.key, dispose };
  },

  createStatusBarItem(first?: string | number): FakeStatusBarItem {
    const item: FakeStatusBarItem = {
      id: typeof first === 'string' ? first : '',
      text: '',
      visible: false,
      disposed: false,
      show: () => (item.visible = true),
      hide: () => (item.visible = false),
      dispose: () => {
        item.disposed = true;
        item.visible = false;
      },
    };
    state.statusBarItems.push(item);
    return item;
  },
  setStatusBarMessage: () => new Disposable(() => undefined),

  createOutputChannel(name: string) {
    const channel = { name, lines: [] as string[], shown: false };
    state.channels.push(channel);
    const line =
      (level: string) =>
      (message: unknown, ...args: unknown[]) =>
        void channel.lines.push(`[${level}] ${format(message, ...args)}`);
    return {
      name,
      logLevel: 3,
      onDidChangeLogLevel: changed<unknown>().event,
      append: (text: string) => void channel.lines.push(text),
      appendLine: (text: string) => void channel.lines.push(text),
      replace: (text: string) => void channel.lines.splice(0, Infinity, text),
      clear: () => void channel.lines.splice(0),
      show: () => {
        channel.shown = true;
      },
      hide: () => undefined,
      dispose: () => undefined,
      ...Object.fromEntries(['trace', 'debug', 'info', 'warn', 'error'].map((level) => [level, line(level)])),
    };
  },

  async withProgress(
    options: { title?: string },
    task: (progress: { report(value: unknown): void }, token: unknown) => unknown,
  ): Promise<unknown> {
    const source = new CancellationTokenSource();
    const reports: unknown[] = [];
    state.progress.push({ title: options.title, reports, cancel: () => source.cancel() });
    return task({ report: (value) => void reports.push(value) }, source.token);
  },

  createTreeView(id: string, options: { treeDataProvider: TreeProvider } & Record<string, unknown>) {
    const emitters = {
      selection: changed<{ selection: unknown[] }>(),
      visibility: changed<{ visible: boolean }>(),
      expand: changed<unknown>(),
      collapse: changed<unknown>(),
      checkbox: changed<unknown>(),
    };
    const view = {
      visible: true,
      selection: [] as unknown[],
      revealed: [] as unknown[],
      message: undefined,
      badge: undefined,
      onDidChangeSelection: emitters.selection.event,
      onDidChangeVisibility: emitters.visibility.event,
      onDidExpandElement: emitters.expand.event,
      onDidCollapseElement: emitters.collapse.event,
      onDidChangeCheckboxState: emitters.checkbox.event,
      reveal: async (element: unknown) => void view.revealed.push(element),
      dispose: () => void state.trees.delete(id),
    };
    state.trees.set(id, {
      id,
      provider: options.treeDataProvider,
      options,
      view,
      select: (...selection) => {
        view.selection = selection;
        emitters.selection.fire({ selection });
      },
      setVisible: (visible) => {
        view.visible = visible;
        emitters.visibility.fire({ visible });
      },
    });
    return view;
  },
  registerTreeDataProvider: (id: string, treeDataProvider: TreeProvider) =>
    window.createTreeView(id, { treeDataProvider }),

  createWebviewPanel(
    viewType: string,
    title: string,
    where: number | { viewColumn: number },
    options: unknown = {},
  ): FakePanel {
    const panel = new FakePanel(
      viewType,
      title,
      options,
      typeof where === 'number' ? where : where.viewColumn,
    );
    state.panels.push(panel);
    return panel;
  },
  registerWebviewPanelSerializer(viewType: string, serializer: Serializer): Disposable {
    state.serializers.set(viewType, serializer);
    return new Disposable(() => state.serializers.delete(viewType));
  },
  registerCustomEditorProvider(viewType: string, provider: CustomEditorProvider): Disposable {
    state.customEditors.set(viewType, provider);
    return new Disposable(() => state.customEditors.delete(viewType));
  },
  registerFileDecorationProvider: () => new Disposable(() => undefined),
  registerUriHandler: () => new Disposable(() => undefined),
};

/** Makes an editor the active one, or leaves none. */
export function activate(editor: FakeTextEditor | undefined): void {
  if (editor && !state.editors.includes(editor)) {
    state.editors.push(editor);
    events.visibleEditors.fire(state.editors);
  }
  state.activeEditor = editor;
  showTab(editor && new TabInputText(toUri(editor.document.uri)));
  events.activeEditor.fire(editor);
}

export function showTab(input: unknown): void {
  state.activeTab = input;
  const tabs = input === undefined ? [] : [{ input, isActive: true }];
  events.tabs.fire({ opened: [], closed: [], changed: tabs });
  events.tabGroups.fire({ opened: [], closed: [], changed: [window.tabGroups.activeTabGroup] });
}
