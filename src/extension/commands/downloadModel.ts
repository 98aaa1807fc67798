import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { isModelId, isRevision } from '../../core/modelId.ts';
import { downloadSchema, type DownloadEvent } from '../../protocol/commandLine.ts';
import { messages } from '../messages.ts';
import type { Services } from '../services.ts';
import { answered } from './ask.ts';
import { hubToken } from './hubToken.ts';
import { withProgress } from './progress.ts';
import { parsedLine, runCli } from './runCli.ts';
import { requireTrust } from './trust.ts';

export const id = 'peftWorkbench.downloadModel';

/** Fetches a model, named by the argument or by the user, into the Hugging Face cache. */
export async function run(services: Services, given?: unknown): Promise<void> {
  const model = await downloadModel(services, given);
  const create = vscode.l10n.t('New Recipe');
  const message = vscode.l10n.t('{0} is in the Hugging Face cache.', model);
  void messages.information(message, create).then((chosen) => {
    if (chosen === create) void vscode.commands.executeCommand('peftWorkbench.newRecipe');
  });
}

/**
 * As the command, without the message at the end; returns the model as it was named, `ID` or `ID@REVISION`.
 * @throws CancellationError in Restricted Mode, and where it was cancelled; UserError with the reason where it failed
 */
export async function downloadModel(services: Services, given?: unknown): Promise<string> {
  await requireTrust();
  const isNamed = typeof given === 'string' && faultOf(given) === undefined;
  const model = isNamed ? given : await askModel();
  const [name, revision] = parts(model);
  const token = await hubToken.get(services.context);
  const command = ['download', name, ...(revision ? ['--revision', revision] : []), '--json'];
  await withProgress({ title: vscode.l10n.t('Downloading {0}', model) }, ({ signal, report }) =>
    runCli(services, command, {
      cwd: homedir(),
      ...(token && { env: { HF_TOKEN: token } }),
      signal,
      onLine: (line) => {
        const event = parsedLine(downloadSchema, line);
        if (event?.event === 'progress') report(progressText(event));
      },
    }),
  );
  await services.language.lookAgain();
  return model;
}

async function askModel(): Promise<string> {
  const model = await answered(
    vscode.window.showInputBox({
      title: vscode.l10n.t('Download Model'),
      prompt: vscode.l10n.t('Id on the Hugging Face hub, with @ and a revision where it is not the newest.'),
      placeHolder: 'sentence-transformers/all-MiniLM-L6-v2',
      ignoreFocusOut: true,
      validateInput: (text) => faultOf(text.trim()),
    }),
  );
  return model.trim();
}

function faultOf(text: string): string | undefined {
  const [name, revision] = parts(text);
  if (!isModelId(name)) return vscode.l10n.t('Expected the id of a model: name or owner/name.');
  if (revision !== undefined && !isRevision(revision))
    return vscode.l10n.t('Expected a branch, tag or commit after @.');
  return undefined;
}

/** Name and revision. */
function parts(text: string): [string, string | undefined] {
  const at = text.indexOf('@');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function progressText({ file, receivedBytes, totalBytes }: DownloadEvent & { event: 'progress' }): string {
  if (!totalBytes) return file;
  return vscode.l10n.t('{0}: {1} %', file, Math.floor((100 * receivedBytes) / totalBytes));
}
