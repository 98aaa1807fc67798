import type {
  DashboardDelta,
  DashboardSnapshot,
  GroupRow,
  RunKey,
  RunParameters,
  RunRow,
} from '../protocol/dashboard.ts';
import { inOrder, type Run, type UnreadableRun } from '../runs/runFolder.ts';
import { isTraining } from '../runs/runState.ts';
import { compareGroups, type Comparison } from './compare.ts';
import { groupRuns, type Group } from './groups.ts';
import { comparedMetric } from './metric.ts';

/** A dashboard without the curves, which grow by themselves. */
export type DashboardView = Omit<DashboardSnapshot, 'series'>;

/**
 * What a dashboard shows of these runs.
 * @param runs in the order of their rows; `dir` is their key
 * @param wanted which are selected; those that are not there are left out
 * @param parameters as far as they are known, of any run
 */
export function dashboardView(
  runs: readonly (Run | UnreadableRun)[],
  wanted: readonly RunKey[],
  parameters: ReadonlyMap<RunKey, RunParameters> = new Map(),
): DashboardView {
  const groups = groupsOf(runs);
  const groupOfRun = new Map(groups.flatMap(({ key, members }) => members.map(({ dir }) => [dir, key])));
  const isThere = new Set(runs.map(({ dir }) => dir));
  const selected = [...new Set(wanted)].filter((key) => isThere.has(key));
  const comparison = comparisonOf(
    groups.filter(({ members }) => members.some(({ dir }) => selected.includes(dir))),
  );
  return {
    runs: runs.map((run) => rowOf(run, groupOfRun.get(run.dir))),
    groups: groups.map(groupRowOf),
    parameters: selected.flatMap((key) => parameters.get(key) ?? []),
    selected,
    ...(comparison && { comparison }),
  };
}

/** Selected where nobody chose: the runs that are at work, else the members of the group that was begun last. */
export function defaultSelection(runs: readonly (Run | UnreadableRun)[]): RunKey[] {
  const working = runs.filter(isTraining);
  const newest = groupsOf(runs).at(-1)?.members ?? [];
  return (working.length > 0 ? working : newest).map(({ dir }) => dir);
}

/** What leads from one view to the other; undefined where they are equal. */
export function deltaBetween(before: DashboardView, after: DashboardView): DashboardDelta | undefined {
  const rows = rowChanges(before.runs, after.runs);
  const changedParameters = after.parameters.filter(
    (one) =>
      !areEqual(
        one,
        before.parameters.find(({ run }) => run === one.run),
      ),
  );
  const delta: DashboardDelta = {
    ...(rows.runs.length > 0 && { runs: rows.runs }),
    ...(rows.removed.length > 0 && { removed: rows.removed }),
    ...(!areEqual(before.groups, after.groups) && { groups: after.groups }),
    ...(changedParameters.length > 0 && { parameters: changedParameters }),
    ...(!areEqual(before.selected, after.selected) && { selected: after.selected }),
    ...(before.selectedInAll !== after.selectedInAll && { selectedInAll: after.selectedInAll ?? null }),
    ...(!areEqual(before.comparison, after.comparison) && { comparison: after.comparison ?? null }),
  };
  return Object.keys(delta).length > 0 ? delta : undefined;
}

/** Rows change in place and new ones come last; what stands elsewhere now is therefore removed and comes again. */
function rowChanges(
  before: readonly RunRow[],
  after: readonly RunRow[],
): { runs: RunRow[]; removed: RunKey[] } {
  const isThere = new Set(after.map(({ key }) => key));
  const kept = before.filter(({ key }) => isThere.has(key));
  let inPlace = 0;
  while (inPlace < kept.length && kept[inPlace].key === after[inPlace].key) inPlace++;
  const gone = before.filter(({ key }) => !isThere.has(key));
  return {
    runs: after.filter((row, i) => i >= inPlace || !areEqual(row, kept[i])),
    removed: [...gone, ...kept.slice(inPlace)].map(({ key }) => key),
  };
}

const areEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

/** Of runs of several folders, too. */
function groupsOf(runs: readonly (Run | UnreadableRun)[]): Group<Run>[] {
  return groupRuns(inOrder(runs).filter((run) => 'record' in run));
}

function groupRowOf({ key, label, recipe, variant, members, metrics, runs }: Group<Run>): GroupRow {
  return {
    key,
    label,
    recipe,
    variant,
    members: members.map(({ dir }) => dir),
    metrics: Object.fromEntries(metrics),
    finished: runs.length,
  };
}

function rowOf(run: Run | UnreadableRun, group: string | undefined): RunRow {
  const { dir: key, id, status } = run;
  if ('problem' in run) return { key, id, status, problem: run.problem };
  const { recipe, variant, seed, phase, progress, createdAt, elapsedMs, executor, metric, summary, failure } =
    run.record;
  return {
    key,
    id,
    status,
    recipe,
    variant,
    seed,
    createdAt,
    elapsedMs,
    ...(run.isStranded && { isStranded: true }),
    ...(failure !== undefined && { problem: failure }),
    ...(group !== undefined && { group }),
    ...(phase !== undefined && { phase }),
    ...(progress && { progress }),
    ...(executor !== undefined && { executor }),
    ...(metric !== undefined && { metric }),
    ...(summary && { summary, last: summary.last }),
  };
}

/** Against the control, which trains nothing beside the head, where there is one; else against the group that was begun first. */
function comparisonOf(groups: readonly Group[]): Comparison | undefined {
  const metric = groups.length < 2 ? undefined : comparedMetric(groups, {});
  if (metric === undefined) return undefined;
  return compareGroups(groups, metric, groups.find(isControl) ?? groups[0]);
}

const isControl = ({ runs }: Group) => runs[0]?.record.summary?.parameters.trained === 0;
