import type { FromDashboard, GroupRow, RunKey, RunRow } from '../../src/protocol/dashboard.ts';

export const columns = ['run', 'status', 'best', 'steps', 'rate', 'trained', 'elapsed'] as const;
export type Column = (typeof columns)[number];
export type Sort = { readonly column: Column; readonly descending: boolean };
export type Action = Extract<FromDashboard, { type: 'act' }>['action'];

/** A group and those of its runs that the filter leaves. */
export interface TableGroup {
  readonly group: GroupRow;
  readonly runs: readonly RunRow[];
  readonly checked: 'all' | 'some' | 'none';
  /** What its runs chose checkpoints by, and its figures over the finished ones. */
  readonly metric?: string;
}

export interface TableRows {
  readonly groups: readonly TableGroup[];
  /** Runs of no group: unreadable ones. */
  readonly others: readonly RunRow[];
}

/** Sorts groups by their own figures and, within each, its runs. Without `sort` the order of creation stays, newest group first. */
export function tableRows(
  runs: readonly RunRow[],
  groups: readonly GroupRow[],
  selected: ReadonlySet<RunKey>,
  filter: string,
  sort: Sort | undefined,
): TableRows {
  const byKey = new Map(runs.map((run) => [run.key, run]));
  const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
  const all = groups.map((group): TableGroup => {
    const members = group.members.flatMap((key) => byKey.get(key) ?? []);
    const left = members.filter((run) => matches(run, group.label, words));
    const count = members.filter(({ key }) => selected.has(key)).length;
    const metric = members.find((run) => run.metric !== undefined)?.metric;
    return {
      group,
      runs: sort === undefined ? left : sorted(left, (run) => runValue(run, sort.column), sort.descending),
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

/** Value of the metric by which its best checkpoint is chosen: at that checkpoint, or the newest while there is none. */
export function bestOf({ metric, summary, last }: RunRow): number | undefined {
  return metric === undefined ? undefined : (summary?.best[metric] ?? last?.[metric]);
}

/** What can be asked of a run in its status; the editor checks again. */
export function allowedActions({ status, recipe }: RunRow): ReadonlySet<Action> {
  const allowed = new Set<Action>();
  if (status === 'running' || status === 'queued') allowed.add('stop');
  if (status === 'stopped' || status === 'failed' || status === 'lost') allowed.add('resume');
  if (recipe !== undefined) allowed.add('openRecipe').add('showLog');
  if (status === 'finished') allowed.add('exportAdapter');
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

function runValue(run: RunRow, column: Column): number | string | undefined {
  return {
    run: run.seed ?? run.id,
    status: run.status,
    steps: run.progress?.step,
    best: bestOf(run),
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
    .flatMap((run) => runValue(run, column) ?? [])
    .filter((value) => typeof value === 'number');
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}

function matches(run: RunRow, label: string, words: readonly string[]): boolean {
  const { id, status, recipe = '', variant = '', seed } = run;
  const text = [id, status, recipe, variant, label, `seed ${seed ?? ''}`].join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}
