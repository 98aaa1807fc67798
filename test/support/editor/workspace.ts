import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, relative } from 'node:path';
import { documentEvents, FakeDocument, textOf } from './documents.ts';
import { events, manifest, state, type FakeWatcher } from './state.ts';
import {
  CancellationTokenSource,
  Disposable,
  EventEmitter,
  FileSystemError,
  FileType,
  toUri,
  Uri,
  type WorkspaceEdit,
} from './values.ts';

export const workspace = {
  get workspaceFolders() {
    return state.folders.length > 0 ? state.folders : undefined;
  },
  get workspaceFile() {
    return undefined;
  },
  get name() {
    return state.folders[0]?.name;
  },
  get isTrusted() {
    return state.trusted;
  },
  get textDocuments() {
    return state.documents;
  },
  onDidChangeWorkspaceFolders: events.folders.event,
  onDidGrantWorkspaceTrust: events.trusted.event,
  onDidChangeConfiguration: events.settings.event,
  onDidChangeTextDocument: documentEvents.change.event,
  onDidOpenTextDocument: documentEvents.open.event,
  onDidCloseTextDocument: documentEvents.close.event,
  onDidSaveTextDocument: documentEvents.save.event,
  onDidRenameFiles: new EventEmitter<unknown>().event,
  onDidDeleteFiles: new EventEmitter<unknown>().event,
  onDidCreateFiles: new EventEmitter<unknown>().event,

  getWorkspaceFolder: (uri: Uri) =>
    state.folders.find(
      (folder) => uri.fsPath === folder.uri.fsPath || uri.fsPath.startsWith(`${folder.uri.fsPath}/`),
    ),
  asRelativePath(what: Uri | string): string {
    const path = toUri(what).fsPath;
    const folder = workspace.getWorkspaceFolder(Uri.file(path));
    return folder ? relative(folder.uri.fsPath, path) : path;
  },

  async openTextDocument(
    what?: Uri | string | { language?: string; content?: string },
  ): Promise<FakeDocument> {
    if (what === undefined || (typeof what === 'object' && !(what instanceof Uri))) {
      const uri = Uri.from({ scheme: 'untitled', path: `Untitled-${state.documents.length + 1}` });
      return opened(new FakeDocument(uri, what?.content ?? '', what?.language ?? 'plaintext'));
    }
    const uri = toUri(what);
    const known = state.documents.find((document) => document.uri.toString() === uri.toString());
    if (known) return known;
    const provider = state.contents.get(uri.scheme);
    if (provider) return opened(new FakeDocument(uri, String(await provider(uri))));
    if (uri.scheme === 'file') await workspace.fs.stat(uri);
    return opened(new FakeDocument(uri, textOf(uri)));
  },

  async applyEdit(edit: WorkspaceEdit): Promise<boolean> {
    for (const { create, remove, rename: names, contents } of edit.files) {
      if (create) await workspace.fs.writeFile(create, contents ?? new Uint8Array());
      if (remove) await workspace.fs.delete(remove);
      if (names) await workspace.fs.rename(...names);
    }
    for (const [uri, edits] of edit.entries()) (await workspace.openTextDocument(uri)).apply(edits);
    return true;
  },

  saveAll: async () => {
    await Promise.all(state.documents.filter(({ isDirty }) => isDirty).map((document) => document.save()));
    return true;
  },

  /** All files of the folders whose names end like the pattern; `exclude` is not looked at. */
  async findFiles(pattern: string | { base: string; pattern: string }, _exclude?: unknown, limit = Infinity) {
    const [roots, glob] =
      typeof pattern === 'string'
        ? [state.folders.map(({ uri }) => uri.fsPath), pattern]
        : [[pattern.base], pattern.pattern];
    const wanted = globPattern(glob);
    const found = await Promise.all(
      roots.map(async (root) => {
        const names = await readdir(root, { recursive: true, withFileTypes: true });
        const paths = names.filter((name) => name.isFile()).map((name) => `${name.parentPath}/${name.name}`);
        return paths.filter((path) => wanted.test(relative(root, path)));
      }),
    );
    return found.flat().sort().slice(0, limit).map(Uri.file);
  },

  createFileSystemWatcher(pattern: unknown) {
    const watcher: FakeWatcher = {
      pattern,
      create: new EventEmitter(),
      change: new EventEmitter(),
      remove: new EventEmitter(),
      disposed: false,
    };
    state.watchers.push(watcher);
    return {
      onDidCreate: watcher.create.event,
      onDidChange: watcher.change.event,
      onDidDelete: watcher.remove.event,
      dispose: () => {
        watcher.disposed = true;
      },
    };
  },

  registerTextDocumentContentProvider(
    scheme: string,
    provider: {
      onDidChange?: EventEmitter<Uri>['event'];
      provideTextDocumentContent(uri: Uri, token: unknown): unknown;
    },
  ): Disposable {
    const textFor = (uri: Uri) =>
      provider.provideTextDocumentContent(uri, new CancellationTokenSource().token);
    state.contents.set(scheme, textFor);
    const following = provider.onDidChange?.(async (uri) => {
      const document = state.documents.find((one) => one.uri.toString() === uri.toString());
      document?.provide(String(await textFor(uri)));
    });
    return new Disposable(() => {
      state.contents.delete(scheme);
      following?.dispose();
    });
  },

  getConfiguration(section?: string) {
    const full = (key: string) => (section ? `${section}.${key}` : key);
    return {
      get: (key: string, otherwise?: unknown) => settingOf(full(key)) ?? otherwise,
      has: (key: string) => settingOf(full(key)) !== undefined,
      inspect: (key: string) => ({
        key: full(key),
        defaultValue: manifest.contributes.configuration.properties[full(key)]?.default,
        globalValue: state.settings.get(full(key))?.user,
        workspaceValue: state.settings.get(full(key))?.workspace,
      }),
      update: async (key: string, value: unknown, target?: unknown) =>
        changeSetting(full(key), value, target === true || target === 1 ? 'user' : 'workspace'),
    };
  },

  /** The real files of this machine. */
  fs: {
    stat: async (uri: Uri) => {
      const found = await orNotFound(uri, stat(uri.fsPath));
      const type = found.isDirectory() ? FileType.Directory : FileType.File;
      return { type, size: found.size, mtime: found.mtimeMs, ctime: found.ctimeMs };
    },
    readFile: async (uri: Uri): Promise<Uint8Array> => orNotFound(uri, readFile(uri.fsPath)),
    writeFile: async (uri: Uri, content: Uint8Array) => {
      await mkdir(dirname(uri.fsPath), { recursive: true });
      await writeFile(uri.fsPath, content);
    },
    createDirectory: async (uri: Uri) => void (await mkdir(uri.fsPath, { recursive: true })),
    readDirectory: async (uri: Uri) => {
      const names = await orNotFound(uri, readdir(uri.fsPath, { withFileTypes: true }));
      return names.map((name) => [name.name, name.isDirectory() ? FileType.Directory : FileType.File]);
    },
    delete: async (uri: Uri, { recursive = false } = {}) => orNotFound(uri, rm(uri.fsPath, { recursive })),
    rename: async (from: Uri, to: Uri) => orNotFound(from, rename(from.fsPath, to.fsPath)),
    copy: async (from: Uri, to: Uri) => orNotFound(from, cp(from.fsPath, to.fsPath, { recursive: true })),
    isWritableFileSystem: () => true,
  },
};

export function changeSetting(key: string, value: unknown, target: 'user' | 'workspace'): void {
  state.settings.set(key, { ...state.settings.get(key), [target]: value });
  events.settings.fire({
    affectsConfiguration: (section) => key === section || key.startsWith(`${section}.`),
  });
}

function settingOf(key: string): unknown {
  const { user, workspace: ofWorkspace } = state.settings.get(key) ?? {};
  const isRestricted = manifest.capabilities.untrustedWorkspaces.restrictedConfigurations.includes(key);
  const default_ = manifest.contributes.configuration.properties[key]?.default;
  return (isRestricted && !state.trusted ? undefined : ofWorkspace) ?? user ?? default_;
}

export function opened(document: FakeDocument): FakeDocument {
  state.documents.push(document);
  documentEvents.open.fire(document);
  return document;
}

/** `**`, `*` and `{a,b}`. */
export function globPattern(glob: string): RegExp {
  const source = glob
    .replace(/[.+^$()|[\]\\]/g, '\\$&')
    .replace(/\{([^}]*)\}/g, (_, names: string) => `(?:${names.split(',').join('|')})`)
    .replace(/\*\*\/|\*/g, (stars) => (stars === '*' ? '[^/]*' : '(?:.*/)?'));
  return new RegExp(`^${source}$`);
}

async function orNotFound<T>(uri: Uri, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') throw FileSystemError.FileNotFound(uri.fsPath);
    throw error;
  }
}
