import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFailed } from '../files/errors.ts';
import { isSystemError } from '../files/systemError.ts';
import { runsFolderUnusable } from './errors.ts';
import { runPaths } from './runPaths.ts';
import { writeRunRecord, type RunRecord } from './runRecord.ts';

export interface NewRun {
  /** The recipe as it is run: one variant, everything resolved. */
  readonly recipeText: string;
  readonly recipeName: string;
  readonly variant: string;
  readonly seed: number;
  readonly now: Date;
  /** Place among runs created at one `now`, which the queue keeps; 0 for a single run. */
  readonly position?: number;
  /** What will compute. */
  readonly executor?: string;
  /** Why the recipe's executor is that one, where `auto` was asked for. */
  readonly executorReason?: string;
}

/**
 * Creates a queued run `20261124-221503-<recipe>-<variant>-s<seed>` (UTC; with `-2`, `-3` .. where that exists).
 * The folder is filled under a hidden name and then renamed, so that no moment shows half a run.
 * @throws UserError where no folder can be made at `runsDir` or in it; RunFailure where the disk is full or a write fails
 */
export async function createRun(
  runsDir: string,
  run: NewRun,
): Promise<{ id: string; dir: string; record: RunRecord }> {
  const record: RunRecord = {
    formatVersion: 1,
    status: 'queued',
    recipe: run.recipeName,
    variant: run.variant,
    seed: run.seed,
    configuration: configurationHash(run.recipeText),
    position: run.position ?? 0,
    createdAt: run.now.toISOString(),
    elapsedMs: 0,
    ...(run.executor !== undefined && { executor: run.executor }),
    ...(run.executorReason !== undefined && { executorReason: run.executorReason }),
  };
  const hidden = join(runsDir, `.new-${randomUUID()}`);
  try {
    await makeFolders(runsDir);
    await mkdir(hidden, { mode: 0o700 }); // models and data may be private
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw isFull(error) ? writeFailed(runsDir, error) : runsFolderUnusable(runsDir, error);
  }
  try {
    await writeFile(runPaths(hidden).recipe, run.recipeText, { flag: 'wx', flush: true });
    await writeRunRecord(hidden, record);
    const id = await renameToFree(hidden, runsDir, idOf(run));
    return { id, dir: join(runsDir, id), record };
  } catch (error) {
    await rm(hidden, { recursive: true, force: true });
    throw isSystemError(error) ? writeFailed(runsDir, error) : error;
  }
}

/**
 * Makes a folder and those above it that are missing. Step by step: Node's recursive mkdir does not end where the system answers ENOENT
 * although the folder above is there, as it does in /proc.
 */
async function makeFolders(dir: string): Promise<void> {
  if (await isFolder(dir)) return;
  if (dirname(dir) !== dir) await makeFolders(dirname(dir));
  try {
    await mkdir(dir);
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!(await isFolder(dir))) throw error;
  }
}

const isFolder = (path: string) =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );

function isFull({ code }: NodeJS.ErrnoException): boolean {
  return code === 'ENOSPC' || code === 'EDQUOT';
}

function idOf({ now, recipeName, variant, seed }: NewRun): string {
  const [date, time] = now.toISOString().split(/[T.]/);
  return [
    date.replaceAll('-', ''),
    time.replaceAll(':', ''),
    slug(recipeName),
    slug(variant),
    `s${seed}`,
  ].join('-');
}

/** Lower-case ASCII letters and digits, joined by single hyphens, at most 40. */
function slug(name: string): string {
  const words = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .match(/[a-z0-9]+/g);
  return (words ?? ['run']).join('-').slice(0, 40).replace(/-$/, '');
}

/** Renaming a folder onto one that has content fails, so of two creators of one id only one gets it. */
async function renameToFree(from: string, runsDir: string, wanted: string): Promise<string> {
  for (let n = 1; ; n++) {
    const id = n === 1 ? wanted : `${wanted}-${n}`;
    try {
      await rename(from, join(runsDir, id));
      return id;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Windows says EPERM where POSIX systems say ENOTEMPTY or EEXIST.
      const taken =
        code === 'ENOTEMPTY' || code === 'EEXIST' || (code === 'EPERM' && process.platform === 'win32');
      if (!taken || n === 1000) throw error;
    }
  }
}

/** SHA-256 of the resolved recipe without its top-level `seeds`, whether written on one line or as a block. */
export function configurationHash(recipeText: string): string {
  const withoutSeeds = recipeText.replace(/^seeds:.*(?:\n[ \t-].*)*\n?/m, '');
  return createHash('sha256').update(withoutSeeds).digest('hex');
}
