import { stat } from 'node:fs/promises';
import { sep } from 'node:path';
import * as vscode from 'vscode';
import type { Services } from '../services.ts';

const EXCLUDED = '**/{node_modules,.git}/**';
const LIMIT = 500;

/** Files of the workspace that fit the pattern, the last changed first; what lies in runs folders is left out. */
export async function workspaceFiles(
  { runs }: Pick<Services, 'runs'>,
  glob: string,
): Promise<readonly vscode.Uri[]> {
  const found = await vscode.workspace.findFiles(glob, EXCLUDED, LIMIT);
  const own = found.filter(({ fsPath }) => !runs.folders.some((dir) => fsPath.startsWith(dir + sep)));
  const dated = await Promise.all(
    own.map(async (uri) => ({ uri, changed: (await stat(uri.fsPath).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return dated.sort((a, b) => b.changed - a.changed).map(({ uri }) => uri);
}
