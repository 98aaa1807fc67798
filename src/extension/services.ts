import type * as vscode from 'vscode';
import type { Cli } from './process/cli.ts';
import type { Language } from './language.ts';
import type { Dashboard } from './pages/dashboard.ts';
import type { Plans } from './plans.ts';
import type { RunStore } from './runs/runStore.ts';

/** What every part of the extension works with; made once, at activation. */
export interface Services {
  readonly context: vscode.ExtensionContext;
  readonly log: vscode.LogOutputChannel;
  /** Starts processes: training, downloads, doctor, export. */
  readonly cli: Cli;
  /** Runs of all folders, as they lie on disk. */
  readonly runs: RunStore;
  /** The language server. */
  readonly language: Language;
  readonly plans: Plans;
  readonly dashboard: Dashboard;
}

/** A part of the extension: registers what it contributes. Nothing slow happens before its promise is asked for something. */
export type Feature = (services: Services) => vscode.Disposable;
