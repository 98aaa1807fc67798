import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import { isWithin } from '../../files/within.ts';
import { localFolders } from '../localFolders.ts';
import { runScan } from './runScan.ts';
import { runsFolderOf } from './runsFolder.ts';
import { isActive } from '../../runs/runState.ts';
import type { RunStore } from './runStore.ts';

/** Milliseconds between two looks while something happens, and else. */
const OFTEN_MS = 1_000;
const SELDOM_MS = 5_000;
/** Whoever asks for a look expects something to happen; a process needs a while to start. */
const EXPECTANT_MS = 20_000;
/** One write makes several events. */
const SETTLE_MS = 100;

/** File events make it prompt; looking by itself makes it reliable: events get lost, and a lost trainer makes none. */
export function createRunStore(log: vscode.LogOutputChannel): RunStore {
  const changed = new vscode.EventEmitter<void>();
  const looked = new vscode.EventEmitter<void>();
  const scan = runScan((folder, error) =>
    log.warn(`The runs in ${folder} cannot be listed: ${messageOf(error)}`),
  );
  let folders = runsFolders();
  let watchers = watch();
  let timer: NodeJS.Timeout | undefined;
  let dueAt = Infinity;
  let expectantUntil = 0;
  let isDisposed = false;
  let last = Promise.resolve();
  let next: Promise<void> | undefined;

  /** One at a time: whoever asks during a look gets the one after it. */
  const look = () => (next ??= last = last.then(lookOnce));
  /** An earlier look stays: events that never cease do not put it off. */
  const lookIn = (ms: number) => {
    if (isDisposed || dueAt <= Date.now() + ms) return;
    clearTimeout(timer);
    dueAt = Date.now() + ms;
    timer = setTimeout(() => {
      dueAt = Infinity;
      void look();
    }, ms);
  };
  const ready = look();

  async function lookOnce(): Promise<void> {
    next = undefined;
    if (isDisposed) return;
    try {
      const isDifferent = await scan.look(await allowed(folders));
      if (isDisposed) return;
      if (isDifferent) changed.fire();
      looked.fire();
    } catch (error) {
      log.error(`Runs cannot be read: ${messageOf(error)}`);
    }
    const isBusy = Date.now() < expectantUntil || scan.runs.some(isActive);
    lookIn(isBusy ? OFTEN_MS : SELDOM_MS);
  }

  function watch(): vscode.Disposable {
    const parts = folders.flatMap((folder) => {
      const pattern = new vscode.RelativePattern(
        vscode.Uri.file(folder),
        '*/{run.json,lock,predictions/*.jsonl}',
      );
      const watcher = vscode.workspace.createFileSystemWatcher(pattern);
      const events = [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete];
      return [watcher, ...events.map((event) => event(() => lookIn(SETTLE_MS)))];
    });
    return vscode.Disposable.from(...parts);
  }

  function moved(): void {
    watchers.dispose();
    folders = runsFolders();
    watchers = watch();
    void look();
  }

  const subscriptions = [
    vscode.workspace.onDidChangeWorkspaceFolders(moved),
    vscode.workspace.onDidGrantWorkspaceTrust(moved),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration('peftWorkbench.runsFolder')) moved();
    }),
  ];

  return {
    get runs() {
      return scan.runs;
    },
    get folders() {
      return folders;
    },
    onDidChange: changed.event,
    onDidLook: looked.event,
    ready,
    refresh: () => {
      expectantUntil = Date.now() + EXPECTANT_MS;
      return look();
    },
    dispose: () => {
      isDisposed = true;
      clearTimeout(timer);
      vscode.Disposable.from(watchers, changed, looked, ...subscriptions).dispose();
    },
  };
}

/** In Restricted Mode no setting and no link leads out of the workspace. */
async function allowed(folders: readonly string[]): Promise<readonly string[]> {
  if (vscode.workspace.isTrusted) return folders;
  const workspace = localFolders().map(({ uri }) => uri.fsPath);
  const inside = await Promise.all(folders.map((folder) => isWithin(folder, workspace)));
  return folders.filter((_, index) => inside[index]);
}

function runsFolders(): string[] {
  return [...new Set(localFolders().map(runsFolderOf))];
}
