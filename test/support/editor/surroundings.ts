import { failure, manifest, state } from './state.ts';
import { Disposable, EventEmitter, Uri, UIKind } from './values.ts';

type Handler = (...args: never[]) => unknown;

export const commands = {
  registerCommand(command: string, handler: Handler, self?: unknown): Disposable {
    if (state.commands.has(command)) throw new Error(`command '${command}' already exists`);
    state.commands.set(command, handler.bind(self));
    return new Disposable(() => state.commands.delete(command));
  },
  registerTextEditorCommand(command: string, handler: Handler): Disposable {
    return commands.registerCommand(command, () => handler(state.activeEditor as never, undefined as never));
  },
  /** The editor's own commands are recorded; a test gives them an effect with `editor.builtin`. */
  async executeCommand(command: string, ...args: unknown[]): Promise<unknown> {
    if (command === 'setContext') {
      state.contextKeys.set(args[0] as string, args[1]);
      return undefined;
    }
    state.executed.push({ command, args });
    const handler = state.commands.get(command) ?? state.builtin.get(command);
    if (handler !== undefined) return handler(...(args as never[]));
    if (command.startsWith('peftWorkbench.')) throw failure(`command '${command}' not found`);
    return undefined;
  },
  getCommands: async () => [...state.commands.keys()],
};

export const extensions = {
  getExtension: () => undefined,
  all: [],
  onDidChange: new EventEmitter<void>().event,
};

export const l10n = {
  /** English, with its places filled. */
  t(first: string | { message: string; args?: unknown }, ...rest: unknown[]): string {
    const [message, args] =
      typeof first === 'string'
        ? [first, rest.length === 1 && typeof rest[0] === 'object' ? rest[0] : rest]
        : [first.message, first.args ?? {}];
    return message.replace(/\{(\w+)\}/g, (place, key: string) => {
      const value = (args as Record<string, unknown>)[key];
      return value === undefined ? place : String(value);
    });
  },
  bundle: undefined,
  uri: undefined,
};

export const env = {
  appName: 'Fake Editor',
  appHost: 'desktop',
  appRoot: '/fake-editor',
  uriScheme: 'vscode',
  language: 'en',
  machineId: 'machine',
  sessionId: 'session',
  remoteName: undefined,
  shell: '/bin/sh',
  uiKind: UIKind.Desktop,
  isNewAppInstall: false,
  isTelemetryEnabled: false,
  clipboard: {
    readText: async () => state.clipboard,
    writeText: async (text: string) => {
      state.clipboard = text;
    },
  },
  openExternal: async (uri: Uri) => {
    state.opened.push(uri.toString());
    return true;
  },
  asExternalUri: async (uri: Uri) => uri,
};

/** A memory of key and value, as `globalState` and `workspaceState` are. */
function memento() {
  const values = new Map<string, unknown>();
  return {
    keys: () => [...values.keys()],
    get: (key: string, otherwise?: unknown) => values.get(key) ?? otherwise,
    update: async (key: string, value: unknown) => {
      if (value === undefined) values.delete(key);
      else values.set(key, value);
    },
    setKeysForSync: () => undefined,
  };
}

/** What `activate` gets; files of the extension are those of this repository, its storage is `storage`. */
export function extensionContext(storage: string) {
  const root = new URL('../../../', import.meta.url).pathname.replace(/\/$/, '');
  const secrets = new Map<string, string>();
  const secretChange = new EventEmitter<{ key: string }>();
  return {
    subscriptions: [] as Disposable[],
    extensionUri: Uri.file(root),
    extensionPath: root,
    extensionMode: 3,
    asAbsolutePath: (path: string) => `${root}/${path}`,
    globalState: memento(),
    workspaceState: memento(),
    secrets: {
      get: async (key: string) => secrets.get(key),
      store: async (key: string, value: string) => {
        secrets.set(key, value);
        secretChange.fire({ key });
      },
      delete: async (key: string) => {
        secrets.delete(key);
        secretChange.fire({ key });
      },
      keys: async () => [...secrets.keys()],
      onDidChange: secretChange.event,
    },
    storageUri: Uri.file(`${storage}/workspace`),
    globalStorageUri: Uri.file(`${storage}/global`),
    logUri: Uri.file(`${storage}/log`),
    extension: { id: 'peft-workbench.peft-workbench', packageJSON: manifest, extensionKind: 2 },
    environmentVariableCollection: {},
    languageModelAccessInformation: {},
  };
}
