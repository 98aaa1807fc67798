import * as vscode from 'vscode';
import { features } from './features.ts';
import { startLanguage } from './language.ts';
import { createDashboard } from './pages/createDashboard.ts';
import { recipePlans } from './plans.ts';
import { createCli } from './process/cli.ts';
import { createRunStore } from './runs/createRunStore.ts';
import { machineSettings } from './settings.ts';
import type { Services } from './services.ts';

/**
 * Nothing slow happens here: the language server starts by itself, run folders are read afterwards. There is no `deactivate`: runs are
 * processes of their own and go on.
 */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('PEFT Workbench', { log: true });
  const cli = createCli({
    program: context.asAbsolutePath('dist/cli.js'),
    nodePath: () => machineSettings().nodePath,
    env: () => ({
      ...process.env,
      PEFT_WORKBENCH_DATA: context.globalStorageUri.fsPath,
      ...machineSettings().env,
    }),
  });
  const runs = createRunStore(log);
  const language = startLanguage(context, log);
  const plans = recipePlans({ language, log });
  const dashboard = createDashboard({ context, log, runs, language });
  const services: Services = { context, log, cli, runs, language, plans, dashboard };
  context.subscriptions.push(log, runs, plans, language, dashboard);
  for (const feature of features) context.subscriptions.push(feature(services));
}
