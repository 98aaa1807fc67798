import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { messageOf } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { askDoctor } from './askDoctor.ts';
import { diagnosticsText } from './diagnosticsText.ts';
import { hubToken } from './hubToken.ts';
import { withProgress } from './progress.ts';

export const id = 'peftWorkbench.copyDiagnostics';

/** Copies what a report of a bug needs. In Restricted Mode too: then without what a process would tell. */
export async function run(services: Services): Promise<void> {
  const { context, log } = services;
  const manifest = context.extension.packageJSON as Manifest;
  const title = vscode.l10n.t('Collecting diagnostics');
  const doctor = await withProgress({ title }, ({ signal }) => doctorReport(services, signal));
  const text = diagnosticsText(
    {
      versions: {
        'PEFT Workbench': manifest.version,
        [vscode.env.appName]: vscode.version,
        Node: process.versions.node,
        platform: `${process.platform} ${process.arch}`,
        remote: vscode.env.remoteName ?? 'none',
        trusted: String(vscode.workspace.isTrusted),
      },
      settings: settingsOf(manifest),
      doctor,
      log: await logText(context.logUri.fsPath, log.name),
    },
    {
      home: homedir(),
      tokens: [(await hubToken.get(context)) ?? ''],
      platform: process.platform,
    },
  );
  await vscode.env.clipboard.writeText(text);
  void messages.information(
    vscode.l10n.t(
      'Diagnostics are in the clipboard, without tokens and without the name of your home folder.',
    ),
  );
}

interface Manifest {
  readonly version: string;
  readonly contributes: {
    readonly configuration: { readonly properties: Readonly<Record<string, unknown>> };
  };
}

function settingsOf({ contributes }: Manifest): Record<string, Json | undefined> {
  const configuration = vscode.workspace.getConfiguration();
  const keys = Object.keys(contributes.configuration.properties);
  return Object.fromEntries(keys.map((key) => [key, configuration.get<Json>(key)]));
}

async function doctorReport(services: Services, signal: AbortSignal): Promise<string> {
  if (!vscode.workspace.isTrusted) return 'not run in Restricted Mode';
  try {
    const { stdout, stderr } = await askDoctor(services, signal);
    return stdout + stderr;
  } catch (error) {
    if (error instanceof vscode.CancellationError) throw error;
    return messageOf(error);
  }
}

/** The editor keeps a log channel in a file of its name. */
function logText(dir: string, name: string): Promise<string> {
  return readFile(join(dir, `${name}.log`), 'utf8').catch(() => 'none');
}
