import * as vscode from 'vscode';
import { duration } from '../../core/display.ts';
import type { RunKey } from '../../protocol/dashboard.ts';
import type { Run, UnreadableRun } from '../../runs/runFolder.ts';
import type { Services } from '../services.ts';
import { statusText } from '../statusText.ts';
import { answered } from './ask.ts';
import { noFittingRuns, noSuchRuns } from './errors.ts';

export interface Wanted {
  /** Which runs the command is for. */
  readonly fits: (run: Run) => boolean;
  /** The same in words that go on from 'Expected': `a run that trains`. */
  readonly wanted: string;
  readonly title: string;
}

/**
 * The runs that a command was invoked on: those of the tree's selection or of the key it was given; with neither, those that the user
 * picks among the fitting ones.
 * @param args target and, from the tree, all selected nodes; see RunTarget
 * @throws UserError where none of them fits; CancellationError where the pick was dismissed
 */
export async function targetRuns(
  { runs: store }: Pick<Services, 'runs'>,
  args: readonly unknown[],
  wanted: Wanted,
): Promise<Run[]> {
  const { fitting, isNamed } = await fittingRuns(store, args, wanted);
  if (isNamed) return fitting;
  const items = fitting.map(itemOf);
  const options = { title: wanted.title, canPickMany: true, ...matching } as const;
  const picked = await answered(vscode.window.showQuickPick(items, options));
  if (picked.length === 0) throw new vscode.CancellationError();
  return picked.map(({ run }) => run);
}

/** As `targetRuns`, for a command that works on one run: of several, the user picks one. */
export async function targetRun(
  { runs: store }: Pick<Services, 'runs'>,
  args: readonly unknown[],
  wanted: Wanted,
): Promise<Run> {
  const { fitting, isNamed } = await fittingRuns(store, args, wanted);
  if (isNamed && fitting.length === 1) return fitting[0];
  const options = { title: wanted.title, ...matching };
  return (await answered(vscode.window.showQuickPick(fitting.map(itemOf), options))).run;
}

/** The run that a command was invoked on, if it is one alone and cannot be read: for what needs nothing but its folder. */
export async function unreadableTarget(
  { runs: store }: Pick<Services, 'runs'>,
  args: readonly unknown[],
): Promise<UnreadableRun | undefined> {
  await store.ready;
  const keys = targetKeys(args);
  if (keys?.size !== 1) return undefined;
  return store.runs.find((run): run is UnreadableRun => !isReadable(run) && keys.has(run.dir));
}

/** Keys that the editor's arguments name; undefined where they name none. */
export function targetKeys([target, selected]: readonly unknown[]): ReadonlySet<RunKey> | undefined {
  // An action on a node outside the selection is about that node alone.
  const isSelected = Array.isArray(selected) && (target === undefined || selected.includes(target));
  const keys = (isSelected ? (selected as unknown[]) : [target]).flatMap(keysOf);
  return keys.length === 0 ? undefined : new Set(keys);
}

export const isReadable = (run: Run | UnreadableRun): run is Run => 'record' in run;

const matching = { matchOnDescription: true, matchOnDetail: true } as const;

function keysOf(target: unknown): RunKey[] {
  if (typeof target === 'string') return [target];
  const keys = typeof target === 'object' && target !== null && 'keys' in target ? target.keys : undefined;
  return Array.isArray(keys) ? keys.filter((key) => typeof key === 'string') : [];
}

/** Newest first, as picks show them. */
async function fittingRuns(
  store: Services['runs'],
  args: readonly unknown[],
  { fits, wanted }: Wanted,
): Promise<{ fitting: Run[]; isNamed: boolean }> {
  await store.ready;
  const keys = targetKeys(args);
  const named = store.runs.filter(({ dir }) => keys?.has(dir) ?? true);
  if (keys && named.length === 0) throw noSuchRuns();
  const fitting = named.filter((run): run is Run => isReadable(run) && fits(run)).reverse();
  if (fitting.length === 0) throw noFittingRuns(wanted);
  return { fitting, isNamed: keys !== undefined };
}

function itemOf(run: Run) {
  const { recipe, variant, seed, elapsedMs } = run.record;
  return {
    label: vscode.l10n.t('{0}, seed {1}', variant, seed),
    description: vscode.l10n.t('{0} · {1} · {2}', statusText(run), recipe, duration(elapsedMs)),
    detail: run.id,
    run,
  };
}
