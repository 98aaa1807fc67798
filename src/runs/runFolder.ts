import { readdir, readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { nearest } from '../core/nearest.ts';
import { runNotFound, runsFolderUnreadable, runUnreadable } from './errors.ts';
import { isLost, lockState } from './lock.ts';
import { runPaths } from './runPaths.ts';
import { readRunRecord, type RunRecord, type RunStatus } from './runRecord.ts';

/** A run as it lies on disk. */
export interface Run {
  readonly id: string;
  readonly dir: string;
  readonly record: RunRecord;
  /** What is shown: the record's status, or `lost` where nobody works on a run that says it works. */
  readonly status: RunStatus | 'lost';
  /** It waits, and nobody works on its folder who would come to it; absent where nobody looked. */
  readonly isStranded?: boolean;
  /** Text of its `recipe.peft.yaml`. */
  recipe(): Promise<string>;
}

export interface UnreadableRun {
  readonly id: string;
  readonly dir: string;
  readonly status: 'unreadable';
  readonly problem: string;
}

/** Reads one run folder; never throws for what is in it. */
export async function readRun(runDir: string): Promise<Run | UnreadableRun> {
  const place = { id: basename(runDir), dir: runDir };
  const unreadable = (problem: string): UnreadableRun => ({ ...place, status: 'unreadable', problem });
  let result = await readRunRecord(runDir);
  if ('problem' in result) return unreadable(result.problem);
  let lost: boolean;
  try {
    lost = isLost(result.record.status, await lockState(runDir));
    if (lost) {
      // Unless it ended between the two reads: the last record is written before the lock is given back.
      result = await readRunRecord(runDir);
      if ('problem' in result) return unreadable(result.problem);
      lost = isLost(result.record.status, await lockState(runDir));
    }
  } catch (error) {
    return unreadable(`lock cannot be read: ${messageOf(error)}`);
  }
  const { record } = result;
  const recipe = () => readFile(runPaths(runDir).recipe, 'utf8');
  return { ...place, record, status: lost ? 'lost' : record.status, recipe };
}

/**
 * The runs of a folder in the order in which they were created, then those that cannot be read; [] where the folder does
 * not exist. A subfolder counts as a run if it holds a recipe or a record. @throws UserError if the folder cannot be read
 */
export async function listRuns(runsDir: string): Promise<(Run | UnreadableRun)[]> {
  const ids = await runIds(runsDir);
  const all = await Promise.all(ids.map((id) => readRun(join(runsDir, id))));
  return inOrder(all);
}

/** Runs in the order in which they were created, then those that cannot be read. */
export function inOrder(all: readonly (Run | UnreadableRun)[]): (Run | UnreadableRun)[] {
  const created = ({ record }: Run) => Date.parse(record.createdAt);
  const runs = all.filter((run) => 'record' in run);
  runs.sort((a, b) => created(a) - created(b) || a.record.position - b.record.position);
  return [...runs, ...all.filter((run) => 'problem' in run)];
}

/** Runs that wait for a drainer, the first created first. */
export async function queuedRuns(runsDir: string): Promise<Run[]> {
  return (await listRuns(runsDir)).filter((run): run is Run => run.status === 'queued');
}

/**
 * The run that a user names, by the path of its folder or by its id in `runsDir`.
 * @throws UserError if there is none, or if it is unreadable
 */
export async function findRun(
  argument: string,
  { cwd, runsDir }: { cwd: string; runsDir: string },
): Promise<Run> {
  const ids = await runIds(runsDir);
  const dir = ids.includes(argument) ? join(runsDir, argument) : resolve(cwd, argument);
  if (!(await isRunFolder(dir))) throw runNotFound(argument, runsDir, nearest(argument, ids));
  const run = await readRun(dir);
  if ('problem' in run) throw runUnreadable(dir, run.problem);
  return run;
}

/**
 * Paths of the folders in which a run may lie; [] where the folder does not exist.
 * @throws UserError if the folder cannot be read
 */
export async function subfolders(runsDir: string): Promise<string[]> {
  try {
    const entries = await readdir(runsDir, { withFileTypes: true });
    const dirs = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
    return dirs.map(({ name }) => join(runsDir, name)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw runsFolderUnreadable(runsDir, error);
  }
}

async function runIds(runsDir: string): Promise<string[]> {
  const ids = (await subfolders(runsDir)).map((dir) => basename(dir));
  const areRuns = await Promise.all(ids.map((id) => isRunFolder(join(runsDir, id))));
  return ids.filter((_, i) => areRuns[i]);
}

async function isRunFolder(dir: string): Promise<boolean> {
  const names = await readdir(dir).catch((): string[] => []);
  const { recipe, record } = runPaths(dir);
  return [recipe, record].some((path) => names.includes(basename(path)));
}
