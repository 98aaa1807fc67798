import type { DashboardDelta, DashboardSnapshot, RunKey, RunRow, SeriesChunk } from './dashboard.ts';

/**
 * What a dashboard shows after a delta. Nothing given is changed. Rows keep their places, new ones come last; what belongs to runs that
 * are no longer selected goes.
 */
export function applyDelta(snapshot: DashboardSnapshot, delta: DashboardDelta): DashboardSnapshot {
  const selected = delta.selected ?? snapshot.selected;
  const shown = new Set(selected);
  const comparison = delta.comparison === undefined ? snapshot.comparison : delta.comparison;
  return {
    runs: mergedRows(snapshot.runs, delta.runs ?? [], delta.removed ?? []),
    groups: delta.groups ?? snapshot.groups,
    series: mergedSeries(snapshot.series, delta.series ?? [], shown),
    parameters: merged(snapshot.parameters, delta.parameters ?? [], ({ run }) => run).filter(({ run }) =>
      shown.has(run),
    ),
    selected,
    ...(comparison && { comparison }),
  };
}

/** Names a series among all. */
export function seriesKey({ run, metric }: Pick<SeriesChunk, 'run' | 'metric'>): string {
  return JSON.stringify([run, metric]);
}

function mergedRows(
  rows: readonly RunRow[],
  changed: readonly RunRow[],
  removed: readonly RunKey[],
): readonly RunRow[] {
  const gone = new Set(removed);
  return merged(
    rows.filter(({ key }) => !gone.has(key)),
    changed,
    ({ key }) => key,
  );
}

function mergedSeries(
  series: readonly SeriesChunk[],
  chunks: readonly SeriesChunk[],
  shown: ReadonlySet<RunKey>,
): readonly SeriesChunk[] {
  const all = new Map(series.map((chunk) => [seriesKey(chunk), chunk]));
  for (const chunk of chunks) all.set(seriesKey(chunk), continued(all.get(seriesKey(chunk)), chunk));
  return [...all.values()].filter(({ run, value }) => shown.has(run) && value.length > 0);
}

/** The first `from` points of what is known, then those of the chunk. */
function continued(known: SeriesChunk | undefined, chunk: SeriesChunk): SeriesChunk {
  if (known === undefined || chunk.from === 0) return { ...chunk, from: 0 };
  const { from } = chunk;
  return {
    ...chunk,
    from: 0,
    step: [...known.step.slice(0, from), ...chunk.step],
    time: [...known.time.slice(0, from), ...chunk.time],
    epoch: [...known.epoch.slice(0, from), ...chunk.epoch],
    value: [...known.value.slice(0, from), ...chunk.value],
  };
}

function merged<T>(items: readonly T[], changed: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const all = new Map(items.map((item) => [keyOf(item), item]));
  for (const item of changed) all.set(keyOf(item), item);
  return [...all.values()];
}
