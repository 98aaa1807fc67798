import { stat } from 'node:fs/promises';
import { posix, relative, sep } from 'node:path';
import * as vscode from 'vscode';
import { localFolders } from '../localFolders.ts';
import type { Services } from '../services.ts';

const LIMIT = 500;

/** Files of the workspace that fit the pattern, the last changed first; what lies in runs folders is left out. */
export async function workspaceFiles(
  { runs }: Pick<Services, 'runs'>,
  glob: string,
): Promise<readonly vscode.Uri[]> {
  const found = await Promise.all(
    localFolders().map((folder) => {
      const excluded = excludedFrom(folder.uri.fsPath, runs.folders);
      return vscode.workspace.findFiles(new vscode.RelativePattern(folder, glob), excluded, LIMIT);
    }),
  );
  const own = found.flat().filter(({ fsPath }) => !runs.folders.some((dir) => fsPath.startsWith(dir + sep)));
  const dated = await Promise.all(
    own.map(async (uri) => ({ uri, changed: (await stat(uri.fsPath).catch(() => undefined))?.mtimeMs ?? 0 })),
  );
  return dated.sort((a, b) => b.changed - a.changed).map(({ uri }) => uri);
}

/** Runs folders by name, where they lie in the folder: of many runs there would be no room for anything else among the files found. */
function excludedFrom(folder: string, runsFolders: readonly string[]): string {
  const inside = runsFolders
    .map((dir) => relative(folder, dir))
    .filter((path) => path && !/^\.\.|^[A-Z]:|^\//i.test(path));
  // What a glob takes for more than itself may be any character.
  const names = inside.map((path) =>
    path
      .split(sep)
      .join(posix.sep)
      .replace(/[*?[\]{},!]/g, '?'),
  );
  return `{${['**/node_modules/**', '**/.git/**', ...names.map((name) => `${name}/**`)].join(',')}}`;
}
