import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isAnyoneAtWork } from '../../runs/atWork.ts';
import { inOrder, readRun, subfolders, type Run, type UnreadableRun } from '../../runs/runFolder.ts';
import { runPaths } from '../../runs/runPaths.ts';
import { isTraining } from '../../runs/runState.ts';

type AnyRun = Run | UnreadableRun;

/** From the moment when a run is queued: a process that comes for it needs a while to start. */
const STARTING_MS = 15_000;

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
      known = await withStranded(new Map(seen));
      const found = inOrder([...known.values()].flatMap(({ run }) => run ?? []));
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
  // Nothing is written when a trainer dies: only the age of its lock tells.
  if (before?.run && before.stamp === stamp && !isTraining(before.run)) return before;
  const run = await readRun(dir);
  return { stamp, run: before?.run && isSame(before.run, run) ? before.run : run };
}

function isSame(a: AnyRun, b: AnyRun): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Says of runs that wait whether somebody will come to them: whoever was to do so may have been killed. */
async function withStranded(all: ReadonlyMap<string, Seen>): Promise<Map<string, Seen>> {
  const atWork = new Map<string, Promise<boolean>>();
  const isAttended = (folder: string) => {
    let known = atWork.get(folder);
    if (known === undefined) {
      const dirs = [...all.keys()].filter((dir) => dirname(dir) === folder);
      atWork.set(folder, (known = isAnyoneAtWork(folder, dirs).catch(() => true)));
    }
    return known;
  };
  const told = [...all].map(async ([dir, seen]) => {
    const { stamp, run } = seen;
    if (run?.status !== 'queued') return [dir, seen] as const;
    const isNew = Date.now() - Number.parseFloat(stamp) < STARTING_MS;
    const isStranded = !isNew && !(await isAttended(dirname(dir)));
    return [
      dir,
      isStranded === (run.isStranded ?? false) ? seen : { stamp, run: { ...run, isStranded } },
    ] as const;
  });
  return new Map(await Promise.all(told));
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
