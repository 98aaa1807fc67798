import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { localFolders } from '../localFolders.ts';
import { runsFolderOf } from '../runs/runsFolder.ts';
import { sampleFolderName, writeSample } from '../sample/writeSample.ts';
import type { Services } from '../services.ts';
import { done } from '../walkthrough.ts';
import { SUGGESTED_MODEL } from '../suggestedModel.ts';
import { notAModelFolder } from './errors.ts';

/** Of the suggested model. */
const DOWNLOAD_MB = 91;

export const id = 'peftWorkbench.newSampleProject';

/** Writes the sample project into the workspace or a folder of the user's choice, and opens it. */
export async function run({ context, language, runs }: Services): Promise<void> {
  const place = await askPlace();
  if (place === undefined) return;
  const model = await askModel(
    (await language.ask('peft/models', {})).some((cached) => cached.id === SUGGESTED_MODEL),
  );
  if (model === undefined) return;
  const recipe = await writeSample({
    source: context.asAbsolutePath('media/sample'),
    folder: join(place.parent, sampleFolderName),
    runsDir: place.workspace ? runsFolderOf(place.workspace) : join(place.parent, sampleFolderName, 'runs'),
    model: model.name,
  });
  done('sampleMade');
  const download =
    model.download && vscode.commands.executeCommand('peftWorkbench.downloadModel', SUGGESTED_MODEL);
  if (place.workspace) {
    await runs.refresh();
    await vscode.window.showTextDocument(vscode.Uri.file(recipe));
    await vscode.commands.executeCommand('peftWorkbench.experiments.focus');
  } else {
    // Another folder is another window, where it would not go on.
    await download;
    const folder = vscode.Uri.file(join(place.parent, sampleFolderName));
    await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: false });
  }
}

interface Place {
  readonly parent: string;
  /** Absent where a folder of its own is to be opened. */
  readonly workspace?: vscode.WorkspaceFolder;
}

async function askPlace(): Promise<Place | undefined> {
  const workspaces = localFolders();
  const choices = [
    ...workspaces.map((workspace) => ({
      label: vscode.l10n.t('In {0}', workspace.name),
      detail: join(workspace.uri.fsPath, sampleFolderName),
      place: { parent: workspace.uri.fsPath, workspace } as Place | undefined,
    })),
    {
      label: vscode.l10n.t('In another folder…'),
      detail: vscode.l10n.t('Makes a folder {0} there and opens it', sampleFolderName),
      place: undefined,
    },
  ];
  const title = vscode.l10n.t('New Sample Project (1/2): where?');
  const chosen = workspaces.length > 0 ? await vscode.window.showQuickPick(choices, { title }) : choices[0];
  if (chosen === undefined || chosen.place !== undefined) return chosen?.place;
  const [folder] =
    (await vscode.window.showOpenDialog({
      title,
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t('Create Here'),
    })) ?? [];
  return folder && { parent: folder.fsPath };
}

async function askModel(isCached: boolean): Promise<{ name: string; download: boolean } | undefined> {
  const hub = isCached
    ? {
        label: SUGGESTED_MODEL,
        detail: vscode.l10n.t('In the Hugging Face cache of this machine'),
        download: false,
      }
    : {
        label: vscode.l10n.t('Download {0}', SUGGESTED_MODEL),
        detail: vscode.l10n.t('{0} MB from the Hugging Face hub, into its cache', DOWNLOAD_MB),
        download: true,
      };
  const local = {
    label: vscode.l10n.t('Use a model folder…'),
    detail: vscode.l10n.t('A BERT model with config.json, model.safetensors and tokenizer.json'),
    download: undefined,
  };
  const later = {
    label: vscode.l10n.t('Decide later'),
    detail: vscode.l10n.t('The finished run can be looked at without a model'),
    download: false,
  };
  const chosen = await vscode.window.showQuickPick([hub, local, ...(isCached ? [] : [later])], {
    title: vscode.l10n.t('New Sample Project (2/2): which model?'),
  });
  if (chosen === undefined) return undefined;
  if (chosen.download !== undefined) return { name: SUGGESTED_MODEL, download: chosen.download };
  const [folder] =
    (await vscode.window.showOpenDialog({
      title: chosen.label,
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: vscode.l10n.t('Use Model'),
    })) ?? [];
  if (folder === undefined) return undefined;
  if (!(await isFile(join(folder.fsPath, 'config.json')))) throw notAModelFolder(folder.fsPath);
  return { name: folder.fsPath, download: false };
}

const isFile = (path: string) =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
