import type { FromDashboard, GroupRow, RunKey, RunRow } from '../../src/protocol/dashboard.ts';
import { hasEnded, isExportable, isResumable, isStoppable } from '../../src/protocol/runState.ts';
import { quantityOf } from './quantities.ts';

export const columns = ['run', 'status', 'best', 'steps', 'rate', 'trained', 'elapsed'] as const;
export type Column = (typeof columns)[number];
export type Sort = { readonly column: Column; readonly descending: boolean };
export type Action = Extract<FromDashboard, { type: 'act' }>['action'];

/** A group and those of its runs that the filter leaves. */
export interface TableGroup {
  readonly group: GroupRow;
  readonly runs: readonly RunRow[];
  readonly checked: 'all' | 'some' | 'none';
  /** Whose values it shows, its runs' and their mean over the finished ones. */
  readonly metric?: string;
}

export interface TableRows {
  readonly groups: readonly TableGroup[];
  /** Runs of no group: unreadable ones. */
  readonly others: readonly RunRow[];
}

/**
 * Sorts groups by their own figures and, within each, its runs. Without `sort` the order of creation stays, newest group first.
 * @param compared the metric on which groups are compared, where they are; groups of another quantity keep theirs
 */
export function tableRows(
  runs: readonly RunRow[],
  groups: readonly GroupRow[],
  selected: ReadonlySet<RunKey>,
  filter: string,
  sort: Sort | undefined,
  compared?: string,
): TableRows {
  const byKey = new Map(runs.map((run) => [run.key, run]));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const all = groups.map((group): TableGroup => {
    const members = group.members.flatMap((key) => byKey.get(key) ?? []);
    const left = members.filter((run) => matches(run, group.label, words));
    const count = members.filter(({ key }) => selected.has(key)).length;
    const metric = metricOf(members, compared);
    return {
      group,
      runs:
        sort === undefined
          ? left
          : sorted(left, (run) => runValue(run, sort.column, metric), sort.descending),
      checked: count === 0 ? 'none' : count === members.length ? 'all' : 'some',
      ...(metric !== undefined && { metric }),
    };
  });
  const shown = all.filter((entry) => entry.runs.length > 0);
  const grouped = new Set(groups.flatMap(({ members }) => members));
  return {
    groups:
      sort === undefined
        ? shown.reverse()
        : sorted(shown, (entry) => groupValue(entry, sort.column), sort.descending),
    others: runs.filter((run) => !grouped.has(run.key) && matches(run, '', words)),
  };
}

/** Value of a metric at the best checkpoint, or the newest while there is none. */
export function bestOf({ summary, last }: RunRow, metric: string | undefined): number | undefined {
  return metric === undefined ? undefined : (summary?.best[metric] ?? last?.[metric]);
}

/** The group's name; without the recipe's, which stands beside it. */
export function nameBesideRecipe({ label, recipe }: GroupRow): string {
  const prefix = `${recipe}: `;
  return label.startsWith(prefix) ? label.slice(prefix.length) : label;
}

/** What can be asked of a run in its status; the editor checks again. */
export function allowedActions(run: RunRow): ReadonlySet<Action> {
  const allowed = new Set<Action>();
  if (isStoppable(run)) allowed.add('stop');
  if (isResumable(run)) allowed.add('resume');
  if (run.recipe !== undefined) allowed.add('openRecipe').add('showLog');
  if (hasEnded(run)) allowed.add('predict');
  if (isExportable(run)) allowed.add('exportAdapter');
  return allowed;
}

/** Values of two kinds do not meet in one column; absent ones come last in either direction. */
export function sorted<T>(
  items: readonly T[],
  valueOf: (item: T) => number | string | undefined,
  descending: boolean,
): T[] {
  const sign = descending ? -1 : 1;
  const keyed = items.map((item) => ({ item, value: valueOf(item) }));
  keyed.sort((a, b) => {
    if (a.value === undefined || b.value === undefined) {
      return Number(a.value === undefined) - Number(b.value === undefined);
    }
    if (typeof a.value === 'string' || typeof b.value === 'string') {
      return sign * `${a.value}`.localeCompare(`${b.value}`, 'en', { numeric: true });
    }
    return sign * (a.value - b.value);
  });
  return keyed.map(({ item }) => item);
}

/** The metric by which the runs chose checkpoints, on the split of the compared one where that is of the same quantity. */
function metricOf(runs: readonly RunRow[], compared: string | undefined): string | undefined {
  const own = runs.find(({ metric }) => metric !== undefined)?.metric;
  if (own === undefined || compared === undefined) return own;
  return quantityOf(own).name === quantityOf(compared).name ? compared : own;
}

function runValue(run: RunRow, column: Column, metric: string | undefined): number | string | undefined {
  return {
    run: run.seed ?? run.id,
    status: run.status,
    steps: run.progress?.step,
    best: bestOf(run, metric),
    rate: run.summary?.samplesPerSecond,
    trained: run.summary?.parameters.trained,
    elapsed: run.elapsedMs,
  }[column];
}

function groupValue({ group, runs, metric }: TableGroup, column: Column): number | string | undefined {
  if (column === 'run') return group.label;
  if (column === 'status') return runs.map(({ status }) => status).sort()[0];
  if (column === 'best' && metric !== undefined && group.metrics[metric]) return group.metrics[metric].mean;
  const values = runs
    .flatMap((run) => runValue(run, column, metric) ?? [])
    .filter((value) => typeof value === 'number');
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function matches(run: RunRow, label: string, words: readonly string[]): boolean {
  const { id, status, recipe = '', variant = '', seed } = run;
  const text = [id, status, recipe, variant, label, `seed ${seed ?? ''}`].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
