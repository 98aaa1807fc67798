import type { DashboardDelta, DashboardSnapshot, RunKey, RunRow, SeriesChunk } from './dashboard.ts';

/**
 * What a dashboard shows after a delta. Nothing given is changed. Rows keep their places, new ones come last; what belongs to runs that
 * are no longer selected goes.
 */
export function applyDelta(snapshot: DashboardSnapshot, delta: DashboardDelta): DashboardSnapshot {
  return afterDelta(snapshot, delta, copied);
}

/** Series whose arrays were made here for `applyDeltaInPlace` and for nothing else. */
const own = new WeakSet<SeriesChunk>();

/**
 * The same for a page that keeps nothing but the newest snapshot: an append to a series continues in place the arrays that an
 * earlier call made of it; whatever else changes a series makes new ones. So what was computed of an array holds for as long as
 * the array is the same, but for the points that came after. What was received is not changed.
 */
export function applyDeltaInPlace(snapshot: DashboardSnapshot, delta: DashboardDelta): DashboardSnapshot {
  return afterDelta(snapshot, delta, (known, chunk) => {
    const inPlace = chunk.from === known.value.length && own.has(known);
    const next = inPlace ? extended(known, chunk) : copied(known, chunk);
    own.add(next);
    return next;
  });
}

/** Names a series among all. */
export function seriesKey({ run, metric }: Pick<SeriesChunk, 'run' | 'metric'>): string {
  return JSON.stringify([run, metric]);
}

/** A series of which something is known, and what comes from its point `chunk.from` on. */
type Continue = (known: SeriesChunk, chunk: SeriesChunk) => SeriesChunk;

function afterDelta(
  snapshot: DashboardSnapshot,
  delta: DashboardDelta,
  proceed: Continue,
): DashboardSnapshot {
  const selected = delta.selected ?? snapshot.selected;
  const shown = new Set(selected);
  const selectedInAll = delta.selectedInAll === undefined ? snapshot.selectedInAll : delta.selectedInAll;
  const comparison = delta.comparison === undefined ? snapshot.comparison : delta.comparison;
  return {
    runs:
      delta.runs || delta.removed
        ? mergedRows(snapshot.runs, delta.runs ?? [], delta.removed ?? [])
        : snapshot.runs,
    groups: delta.groups ?? snapshot.groups,
    series: mergedSeries(snapshot.series, delta.series ?? [], shown, proceed),
    parameters:
      delta.parameters || delta.selected
        ? merged(snapshot.parameters, delta.parameters ?? [], ({ run }) => run).filter(({ run }) =>
            shown.has(run),
          )
        : snapshot.parameters,
    selected,
    ...(selectedInAll && { selectedInAll }),
    ...(comparison && { comparison }),
  };
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
  proceed: Continue,
): readonly SeriesChunk[] {
  const all = new Map(series.map((chunk) => [seriesKey(chunk), chunk]));
  for (const chunk of chunks) {
    const key = seriesKey(chunk);
    const known = all.get(key);
    all.set(key, known === undefined || chunk.from === 0 ? { ...chunk, from: 0 } : proceed(known, chunk));
  }
  return [...all.values()].filter(({ run, value }) => shown.has(run) && value.length > 0);
}

/** The first `from` points of what is known, then those of the chunk. */
function copied(known: SeriesChunk, chunk: SeriesChunk): SeriesChunk {
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

/** As an object of its own, so that it differs from the series before; the arrays are the same, and longer. */
function extended(known: SeriesChunk, chunk: SeriesChunk): SeriesChunk {
  const push = <T>(to: readonly T[], more: readonly T[]): readonly T[] => {
    for (const value of more) (to as T[]).push(value);
    return to;
  };
  return {
    ...chunk,
    from: 0,
    step: push(known.step, chunk.step),
    time: push(known.time, chunk.time),
    epoch: push(known.epoch, chunk.epoch),
    value: push(known.value, chunk.value),
  };
}

function merged<T>(items: readonly T[], changed: readonly T[], keyOf: (item: T) => string): readonly T[] {
  const all = new Map(items.map((item) => [keyOf(item), item]));
  for (const item of changed) all.set(keyOf(item), item);
  return [...all.values()];
}
