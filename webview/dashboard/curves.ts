import type { DashboardSnapshot, GroupRow, RunRow, SeriesChunk } from '../../src/protocol/dashboard.ts';
import { isNoisy, isPoint, quantityOf } from './quantities.ts';
import { type Curve, seedBand } from './seedBand.ts';
import { smooth } from './smoothing.ts';
import type { Axis, UiState } from './uiState.ts';

/** One line of a chart. */
export interface Line extends Curve {
  /** Stays the same over updates. */
  readonly key: string;
  readonly label: string;
  readonly split: string;
  /** Place of its group in the palette, and of its run among the group's lines where each has its own. */
  readonly slot: number;
  readonly shade: number;
  /** The one that is read, or behind it: what was measured, or the seeds of a mean. */
  readonly role: 'main' | 'faint';
  /** Of a mean over seeds: the band around it. */
  readonly deviation?: readonly number[];
}

/** Series of one quantity of one run, as measured. */
export interface MeasuredSeries {
  readonly chunk: SeriesChunk;
  readonly run: RunRow;
  readonly group: GroupRow | undefined;
  readonly split: string;
}

/** Series of the selected runs by quantity, groups and their runs in the table's order of creation. */
export function seriesByQuantity(snapshot: DashboardSnapshot): Map<string, MeasuredSeries[]> {
  const runs = new Map(snapshot.runs.map((run) => [run.key, run]));
  const groups = new Map(snapshot.groups.map((group) => [group.key, group]));
  const place = new Map(snapshot.groups.flatMap(({ members }) => members).map((key, i) => [key, i]));
  const selected = new Set(snapshot.selected);
  const series = snapshot.series
    .filter(({ run, value }) => selected.has(run) && runs.has(run) && value.length > 0)
    .sort((a, b) => (place.get(a.run) ?? 0) - (place.get(b.run) ?? 0));
  const all = new Map<string, MeasuredSeries[]>();
  for (const chunk of series) {
    const run = runs.get(chunk.run)!;
    const { name, split } = quantityOf(chunk.metric);
    const entry = { chunk, run, group: groups.get(run.group ?? ''), split };
    all.set(name, [...(all.get(name) ?? []), entry]);
  }
  return all;
}

/** The lines of one chart. */
export function linesOf(
  measured: readonly MeasuredSeries[],
  { axis, smoothing, groupSeeds, slots }: UiState,
): Line[] {
  return seedSets(measured).flatMap(({ key, members }) => {
    const { group, split, chunk: first } = members[0];
    const slot = slots[group?.key ?? ''] ?? 0;
    const weight = isNoisy(first.metric) ? smoothing : 0;
    // Points of several seeds lie at several steps: no mean joins them.
    const together = groupSeeds && members.length > 1 && !isPoint(split);
    const lines = members.flatMap(({ chunk, run }, i): Line[] => {
      const curve = curveOf(chunk, axis);
      const shade = groupSeeds ? 0 : (group?.members.indexOf(run.key) ?? i);
      const line = { ...curve, label: runLabel(run, group), split, slot, shade };
      const runKey = JSON.stringify([run.key, split]);
      if (together || weight === 0) return [{ ...line, key: runKey, role: together ? 'faint' : 'main' }];
      return [
        { ...line, key: `raw ${runKey}`, role: 'faint' },
        { ...line, key: runKey, role: 'main', y: smooth(curve.y, weight) },
      ];
    });
    if (!together) return lines;
    const band = seedBand(lines.map((line) => ({ ...line, y: smooth(line.y, weight) })));
    return [
      ...lines,
      { ...band, key: `mean ${key}`, label: group?.label ?? '', split, slot, shade: 0, role: 'main' },
    ];
  });
}

/** Series of one split that differ in nothing but the seed. */
export function seedSets(
  measured: readonly MeasuredSeries[],
): { readonly key: string; readonly members: readonly MeasuredSeries[] }[] {
  const sets = new Map<string, MeasuredSeries[]>();
  for (const entry of measured) {
    const key = JSON.stringify([entry.group?.key ?? entry.run.key, entry.split]);
    sets.set(key, [...(sets.get(key) ?? []), entry]);
  }
  return [...sets].map(([key, members]) => ({ key, members }));
}

export function runLabel(run: RunRow, group: GroupRow | undefined): string {
  return [group?.label ?? run.id, ...(run.seed === undefined ? [] : [`#${run.seed}`])].join(' ');
}

/** By the array of places; `seen`: how many of them are in the curve or have no place. */
const placed = new WeakMap<object, { step: number[]; x: number[]; y: number[]; seen: number }>();

/** Points that have a place on this axis; grows with the series. */
function curveOf({ step, time, epoch, value }: SeriesChunk, axis: Axis): Curve {
  if (axis === 'step') return { step, x: step, y: value };
  const places = axis === 'time' ? time : epoch;
  const curve = placed.get(places) ?? { step: [], x: [], y: [], seen: 0 };
  placed.set(places, curve);
  for (; curve.seen < places.length; curve.seen++) {
    const place = places[curve.seen];
    if (place === null) continue;
    curve.step.push(step[curve.seen]);
    curve.x.push(place);
    curve.y.push(value[curve.seen]);
  }
  return curve;
}
