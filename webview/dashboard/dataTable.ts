import type { SeriesChunk } from '../../src/protocol/dashboard.ts';

export interface DataTable {
  readonly rows: readonly {
    readonly step: number;
    readonly time?: number;
    readonly epoch?: number;
    /** One per series; undefined where it measured nothing at this step. */
    readonly values: readonly (number | undefined)[];
    /** One per set: the mean of those of its series that measured something at this step. */
    readonly means: readonly (number | undefined)[];
  }[];
  /** How many steps there are; `rows` is thinned to at most `limit`. */
  readonly total: number;
}

/** Everything that was measured, by step, as it was measured. `sets`: places in `series` of those that have a mean. */
export function dataTable(
  series: readonly SeriesChunk[],
  sets: readonly (readonly number[])[] = [],
  limit = 1000,
): DataTable {
  const steps = [...new Set(series.flatMap(({ step }) => [...step]))].sort((a, b) => a - b);
  const every = Math.max(1, (steps.length - 1) / (limit - 1));
  const count = Math.min(limit, steps.length);
  const kept = Array.from({ length: count }, (_, i) => steps[Math.round(i * every)]);
  const places = series.map(({ step }) => new Map(step.map((value, i) => [value, i])));
  const rows = kept.map((step) => {
    const at = places.map((place) => place.get(step));
    const first = <T>(read: (chunk: SeriesChunk, i: number) => T | null) => {
      const found = at.findIndex((i, k) => i !== undefined && read(series[k], i) !== null);
      return found < 0 ? undefined : read(series[found], at[found]!)!;
    };
    const values = at.map((i, k) => (i === undefined ? undefined : series[k].value[i]));
    return {
      step,
      time: first((chunk, i) => chunk.time[i]),
      epoch: first((chunk, i) => chunk.epoch[i]),
      values,
      means: sets.map((set) => meanOf(set.flatMap((k) => values[k] ?? []))),
    };
  });
  return { rows, total: steps.length };
}

function meanOf(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
}
