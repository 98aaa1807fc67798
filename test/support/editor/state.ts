import { readFileSync } from 'node:fs';
import { EventEmitter, type Disposable, type Range, type Uri } from './values.ts';
import { documentEvents, type FakeDocument, type FakeTextEditor } from './documents.ts';
import type { FakePanel } from './panels.ts';

/** Everything the fake editor knows; `editor.ts` is what tests see of it, `vscode.ts` what the extension does. */
export interface State {
  folders: { uri: Uri; name: string; index: number }[];
  settings: Map<string, { user?: unknown; workspace?: unknown }>;
  trusted: boolean;
  focused: boolean;
  documents: FakeDocument[];
  editors: FakeTextEditor[];
  activeEditor?: FakeTextEditor;
  activeTab?: unknown;
  answers: Answer[];
  failures: Error[];
  messages: Message[];
  questions: string[];
  commands: Map<string, (...args: never[]) => unknown>;
  builtin: Map<string, (...args: never[]) => unknown>;
  executed: { command: string; args: unknown[] }[];
  contextKeys: Map<string, unknown>;
  trees: Map<string, FakeTree>;
  panels: FakePanel[];
  serializers: Map<string, Serializer>;
  customEditors: Map<string, CustomEditorProvider>;
  providers: { kind: string; selector: unknown; provider: never }[];
  watchers: FakeWatcher[];
  decorationTypes: { key: string; options: unknown; disposed: boolean }[];
  statusBarItems: FakeStatusBarItem[];
  channels: { name: string; lines: string[]; shown: boolean }[];
  progress: { title?: string; reports: unknown[]; cancel(): void }[];
  diagnostics: Map<string, Map<string, unknown[]>>;
  contents: Map<string, (uri: Uri) => unknown>;
  clipboard: string;
  opened: string[];
}

export interface Answer {
  title: string | RegExp;
  answer: unknown;
}

export interface Message {
  severity: 'information' | 'warning' | 'error';
  message: string;
  items: string[];
  modal: boolean;
  detail?: string;
}

export interface FakeTree {
  id: string;
  provider: TreeProvider;
  options: Record<string, unknown>;
  view: Record<string, unknown> & { selection: unknown[]; visible: boolean; revealed: unknown[] };
  select(...elements: unknown[]): void;
  setVisible(visible: boolean): void;
}

export interface TreeProvider {
  getChildren(element?: unknown): unknown;
  getTreeItem(element: unknown): unknown;
  getParent?(element: unknown): unknown;
  onDidChangeTreeData?(listener: (element: unknown) => void): Disposable;
}

export interface FakeWatcher {
  pattern: unknown;
  create: EventEmitter<Uri>;
  change: EventEmitter<Uri>;
  remove: EventEmitter<Uri>;
  disposed: boolean;
}

export interface FakeStatusBarItem {
  id: string;
  text: string;
  tooltip?: unknown;
  command?: unknown;
  visible: boolean;
  disposed: boolean;
  [property: string]: unknown;
}

export interface Serializer {
  deserializeWebviewPanel(panel: FakePanel, state: unknown): PromiseLike<void>;
}

export interface CustomEditorProvider {
  resolveCustomTextEditor(document: FakeDocument, panel: FakePanel, token: unknown): unknown;
}

export const state: State = empty();

export const events = {
  folders: new EventEmitter<{ added: unknown[]; removed: unknown[] }>(),
  settings: new EventEmitter<{ affectsConfiguration(section: string): boolean }>(),
  trusted: new EventEmitter<void>(),
  windowState: new EventEmitter<{ focused: boolean; active: boolean }>(),
  activeEditor: new EventEmitter<FakeTextEditor | undefined>(),
  visibleEditors: new EventEmitter<FakeTextEditor[]>(),
  selection: new EventEmitter<{ textEditor: FakeTextEditor; selections: readonly Range[] }>(),
  tabs: new EventEmitter<unknown>(),
  tabGroups: new EventEmitter<unknown>(),
};

export function resetState(): void {
  for (const emitter of [...Object.values(events), ...Object.values(documentEvents)]) emitter.dispose();
  Object.assign(state, empty(), { activeEditor: undefined, activeTab: undefined });
}

/** The manifest of the extension: defaults of settings, and which of them an untrusted workspace cannot set. */
export const manifest = JSON.parse(
  readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'),
) as {
  version: string;
  contributes: {
    commands: { command: string }[];
    menus: Record<string, { command: string; when: string }[]>;
    configuration: { properties: Record<string, { default: unknown; scope: string }> };
  };
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
};

/** Records a failure that the test should end with, also where the extension catches the error. */
export function failure(message: string): Error {
  const error = new Error(message);
  state.failures.push(error);
  return error;
}

/** The first answer for one of these titles, taken away; undefined where the test has none. */
export function takeAnswer(titles: readonly (string | undefined)[]): { answer: unknown } | undefined {
  const index = state.answers.findIndex(({ title }) =>
    titles.some(
      (text) => text !== undefined && (title instanceof RegExp ? title.test(text) : text.includes(title)),
    ),
  );
  return index === -1 ? undefined : state.answers.splice(index, 1)[0];
}

/** As `takeAnswer`, for questions that must not stay open. */
export function answerFor(what: string, titles: readonly (string | undefined)[]): unknown {
  const named = titles.filter((title) => title !== undefined).join(' / ');
  state.questions.push(named);
  const found = takeAnswer(titles);
  if (found === undefined)
    throw failure(`Expected an answer of the test for the ${what} "${named}", found none.`);
  return found.answer;
}

function empty(): State {
  return {
    folders: [],
    settings: new Map(),
    trusted: true,
    focused: true,
    documents: [],
    editors: [],
    answers: [],
    failures: [],
    messages: [],
    questions: [],
    commands: new Map(),
    builtin: new Map(),
    executed: [],
    contextKeys: new Map(),
    trees: new Map(),
    panels: [],
    serializers: new Map(),
    customEditors: new Map(),
    providers: [],
    watchers: [],
    decorationTypes: [],
    statusBarItems: [],
    channels: [],
    progress: [],
    diagnostics: new Map(),
    contents: new Map(),
    clipboard: '',
    opened: [],
  };
}
