import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readRun, type Run, type UnreadableRun } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';

type AnyRun = Run | UnreadableRun;

/** The runs of some folders, looked at again and again: only what may have changed is read. */
export interface RunScan {
  /** Oldest first, unreadable ones last. A run that did not change is the same object. */
  readonly runs: readonly AnyRun[];
  /** Whether `runs` is different now. Calls must not overlap. */
  look(folders: readonly string[]): Promise<boolean>;
}

/** @param onProblem told once of each folder that cannot be listed, until it can be; its runs are then unknown */
export function runScan(onProblem: (folder: string, error: unknown) => void): RunScan {
  let known = new Map<string, Seen>();
  let runs: readonly AnyRun[] = [];
  let unlisted = new Set<string>();

  const dirsIn = async (folder: string, failed: Set<string>): Promise<string[]> => {
    try {
      return await subfolders(folder);
    } catch (error) {
      failed.add(folder);
      if (!unlisted.has(folder)) onProblem(folder, error);
      return [];
    }
  };

  return {
    get runs() {
      return runs;
    },
    look: async (folders) => {
      const failed = new Set<string>();
      const dirs = (await Promise.all(folders.map((folder) => dirsIn(folder, failed)))).flat();
      unlisted = failed;
      const seen = await Promise.all(dirs.map(async (dir) => [dir, await see(dir, known.get(dir))] as const));
      known = new Map(seen);
      const found = ordered(seen.flatMap(([, { run }]) => run ?? []));
      const isDifferent = found.length !== runs.length || found.some((run, i) => run !== runs[i]);
      runs = found;
      return isDifferent;
    },
  };
}

interface Seen {
  /** Of the files that tell whether a run must be read again. */
  readonly stamp: string;
  /** Absent where the folder is none of a run. */
  readonly run?: AnyRun;
}

async function see(dir: string, before: Seen | undefined): Promise<Seen> {
  const { record, lock, recipe } = runPaths(dir);
  const [ofRecord, ofLock] = await Promise.all([stampOf(record), stampOf(lock)]);
  if (ofRecord === '' && (await stampOf(recipe)) === '') return { stamp: '' };
  const stamp = `${ofRecord} ${ofLock}`;
  if (before?.run && before.stamp === stamp && !mayGetLost(before.run)) return before;
  const run = await readRun(dir);
  return { stamp, run: before?.run && isSame(before.run, run) ? before.run : run };
}

/** Nothing is written when a trainer dies: only the age of its lock tells. */
function mayGetLost({ status }: AnyRun): boolean {
  return status === 'running' || status === 'stopping';
}

function isSame(a: AnyRun, b: AnyRun): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** '' where there is no such file. */
async function stampOf(path: string): Promise<string> {
  try {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs}:${size}`;
  } catch {
    return '';
  }
}

async function subfolders(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const dirs = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return dirs.map(({ name }) => join(folder, name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function ordered(all: readonly AnyRun[]): AnyRun[] {
  const created = ({ record }: Run) => Date.parse(record.createdAt);
  const runs = all.filter((run) => 'record' in run);
  runs.sort((a, b) => created(a) - created(b) || a.record.position - b.record.position);
  return [...runs, ...all.filter((run) => 'problem' in run)];
}
