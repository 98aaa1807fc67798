import { createHash, randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
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
}

/**
 * Creates a queued run `20261124-221503-<recipe>-<variant>-s<seed>` (UTC; with `-2`, `-3` .. where that exists).
 * The folder is filled under a hidden name and then renamed, so that no moment shows half a run.
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
  };
  const hidden = join(runsDir, `.new-${randomUUID()}`);
  await mkdir(runsDir, { recursive: true });
  await mkdir(hidden, { mode: 0o700 }); // models and data may be private
  try {
    await writeFile(runPaths(hidden).recipe, run.recipeText, { flag: 'wx', flush: true });
    await writeRunRecord(hidden, record);
    const id = await renameToFree(hidden, runsDir, idOf(run));
    return { id, dir: join(runsDir, id), record };
  } catch (error) {
    await rm(hidden, { recursive: true, force: true });
    throw error;
  }
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
function configurationHash(recipeText: string): string {
  const withoutSeeds = recipeText.replace(/^seeds:.*(?:\n[ \t-].*)*\n?/m, '');
  return createHash('sha256').update(withoutSeeds).digest('hex');
}
