import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { tinyRecipe, writeTinyWorkspace } from '../../support/tinyWorkspace.ts';

/** The real all-MiniLM-L6-v2, where the set-up of these tests has put it. */
export const miniLm = fileURLToPath(new URL('../../../.cache/models/all-MiniLM-L6-v2', import.meta.url));

export interface WorkspaceOptions {
  /** Changes the recipe's text. */
  readonly recipe?: (text: string) => string;
  /** Rows of training data. */
  readonly rows?: number;
  /** Settings of the workspace. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Writes more into it before the window opens. */
  readonly prepare?: (dir: string) => Promise<void>;
}

/** Name of the recipe in a workspace. */
export const recipeName = 'tiny.peft.yaml';

/** `tiny.peft.yaml` with its data and a tiny model: trains in a second or two. */
export async function writeWorkspace(
  dir: string,
  { recipe = (text) => text, rows, settings = {}, prepare }: WorkspaceOptions = {},
): Promise<void> {
  mkdirSync(join(dir, '.vscode'), { recursive: true });
  writeFileSync(join(dir, '.vscode/settings.json'), JSON.stringify(settings, null, 2));
  await writeTinyWorkspace(dir, { recipe: recipe(tinyRecipe), rows });
  await prepare?.(dir);
}

/** A change of the recipe: the real model, slow enough to be watched. */
export function withMiniLm(text: string): string {
  return text.replace('model: ./model', `model: ${miniLm}`).replace('3.0e-2', '1.0e-3');
}

/** Folders of the runs of a workspace, oldest first. */
export function runFolders(dir: string): string[] {
  const runs = join(dir, 'runs');
  if (!existsSync(runs)) return [];
  return readdirSync(runs, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(runs, entry.name, 'run.json')))
    .map(({ name }) => join(runs, name))
    .sort();
}

/** A run's record as it lies on disk. */
export async function runRecord(runDir: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(runDir, 'run.json'), 'utf8')) as Record<string, unknown>;
}

/** The lines of a run's metrics, a half-written last one left out. */
export async function runMetrics(runDir: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(join(runDir, 'metrics.jsonl'), 'utf8')).split('\n').slice(0, -1);
  return lines.map((text) => JSON.parse(text) as Record<string, unknown>);
}

/** The processes that train in a workspace: holders of its locks. */
export async function trainingProcesses(dir: string): Promise<number[]> {
  const holders = await Promise.all(
    runFolders(dir).map(async (run) => {
      const text = await readFile(join(run, 'lock'), 'utf8').catch(() => '{}');
      return (JSON.parse(text) as { pid?: number }).pid;
    }),
  );
  return [...new Set(holders.filter((pid) => pid !== undefined))];
}
