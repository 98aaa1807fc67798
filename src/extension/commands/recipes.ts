import { basename } from 'node:path';
import * as vscode from 'vscode';
import { activeRecipe } from '../activeRecipe.ts';
import type { Services } from '../services.ts';
import { answered } from './ask.ts';
import { workspaceFiles } from './workspaceFiles.ts';

/** Recipes among the files of a workspace. */
const GLOB = '**/*.peft.{yaml,yml}';

/**
 * The recipe that a command was given, else the active one, else one of the workspace's that the user picks, who may also create one.
 * @throws CancellationError where the pick was dismissed, or led to New Recipe
 */
export async function targetRecipe(
  services: Pick<Services, 'runs'>,
  given: unknown,
  title: string,
): Promise<vscode.Uri> {
  if (given instanceof vscode.Uri) return given;
  return activeRecipe() ?? pickRecipe(services, title);
}

async function pickRecipe(services: Pick<Services, 'runs'>, title: string): Promise<vscode.Uri> {
  const found = await workspaceFiles(services, GLOB);
  const create = { label: vscode.l10n.t('New Recipe…'), iconPath: new vscode.ThemeIcon('new-file') };
  const items = found.map((uri) => ({
    label: basename(uri.path),
    description: vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..')),
    uri,
  }));
  const chosen = await answered(vscode.window.showQuickPick([...items, create], { title }));
  if ('uri' in chosen) return chosen.uri;
  await vscode.commands.executeCommand('peftWorkbench.newRecipe');
  throw new vscode.CancellationError();
}
