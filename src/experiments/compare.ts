import { mean, median } from 'simple-statistics';
import type { RunSummary } from '../runs/runRecord.ts';
import { type Group, type Statistics, statisticsOf } from './groups.ts';
import { lessIsBetter } from '../core/metric.ts';
import { tCritical } from './t.ts';

/** Paired by seed, in the metric's unit: mean of (this - other) with its 95 % interval (Student's t). */
export interface Difference {
  /** Seeds that both have. */
  readonly n: number;
  readonly mean: number;
  /** Absent for n = 1. */
  readonly interval?: readonly [low: number, high: number];
}

export interface ComparisonRow {
  readonly label: string;
  readonly variant: string;
  readonly recipe: string;
  readonly n: number;
  readonly seeds: readonly number[];
  readonly unfinished: number;
  /** Absent where no finished run has the metric; so are the figures below. */
  readonly metric?: Statistics;
  /** Median over the seeds. */
  readonly bestStep?: number;
  readonly samplesPerSecond?: number;
  readonly parameters?: RunSummary['parameters'];
  /** Absent for the baseline itself and where no seed is common. */
  readonly difference?: Difference;
  readonly executors: readonly string[];
}

export interface Comparison {
  /** Name with its split. */
  readonly metric: string;
  readonly baseline: string;
  readonly rows: readonly ComparisonRow[];
  /** Label of the group of the best mean, where it is better than every other beyond the 95 % interval of their paired difference. */
  readonly winner?: string;
  /** Why no winner is named, and what else makes the numbers hard to compare. */
  readonly notes: readonly string[];
}

/** Fewest seeds from which a winner is named. */
const enoughSeeds = 3;

/** Compares groups (at least one) on one metric; `baseline` is one of them. */
export function compareGroups(groups: readonly Group[], metric: string, baseline: Group): Comparison {
  const rows = groups.map((group) => rowOf(group, metric, baseline));
  const verdict = winnerOf(groups, metric);
  const executors = [...new Set(rows.flatMap((row) => row.executors))];
  const mixed = `The runs used different executors (${executors.join(', ')}): differences between them are part of the numbers.`;
  return {
    metric,
    baseline: baseline.label,
    rows,
    ...('winner' in verdict && verdict),
    notes: [...('reason' in verdict ? [verdict.reason] : []), ...(executors.length > 1 ? [mixed] : [])],
  };
}

/** Undefined where the groups have no seed in common. */
export function pairedDifference(group: Group, other: Group, metric: string): Difference | undefined {
  const theirs = valuesBySeed(other, metric);
  const differences = [...valuesBySeed(group, metric)].flatMap(([seed, value]) =>
    theirs.has(seed) ? [value - theirs.get(seed)!] : [],
  );
  if (differences.length === 0) return undefined;
  const { n, mean, standardDeviation } = statisticsOf(differences);
  if (standardDeviation === undefined) return { n, mean };
  const half = (tCritical(0.95, n - 1) * standardDeviation) / Math.sqrt(n);
  return { n, mean, interval: [mean - half, mean + half] };
}

function rowOf(group: Group, metric: string, baseline: Group): ComparisonRow {
  const summaries = group.runs.flatMap(({ record }) => record.summary ?? []);
  const bestSteps = summaries.flatMap(({ bestStep }) => bestStep ?? []);
  const difference = group === baseline ? undefined : pairedDifference(group, baseline, metric);
  return {
    label: group.label,
    variant: group.variant,
    recipe: group.recipe,
    n: group.metrics.get(metric)?.n ?? 0,
    seeds: group.runs.map(({ record }) => record.seed),
    unfinished: group.unfinished,
    metric: group.metrics.get(metric),
    ...(bestSteps.length > 0 && { bestStep: median(bestSteps) }),
    ...(summaries.length > 0 && {
      samplesPerSecond: mean(summaries.map(({ samplesPerSecond }) => samplesPerSecond)),
      parameters: summaries[0].parameters,
    }),
    ...(difference && { difference }),
    executors: [...new Set(group.runs.flatMap(({ record }) => record.executor ?? []))],
  };
}

function winnerOf(groups: readonly Group[], metric: string): { winner: string } | { reason: string } {
  if (groups.length < 2) return { reason: 'No winner: there is nothing to compare with.' };
  const few = groups.filter((group) => (group.metrics.get(metric)?.n ?? 0) < enoughSeeds);
  if (few.length > 0) {
    const names = few.map(({ label }) => label).join(', ');
    return { reason: `No winner is named from fewer than ${enoughSeeds} seeds (${names}).` };
  }
  const sign = lessIsBetter(metric) ? -1 : 1;
  const score = (group: Group) => sign * group.metrics.get(metric)!.mean;
  const [best, ...others] = [...groups].sort((a, b) => score(b) - score(a));
  for (const other of others) {
    const difference = pairedDifference(best, other, metric);
    if (difference === undefined || difference.n < enoughSeeds) {
      return { reason: `No winner: ${best.label} and ${other.label} share fewer than ${enoughSeeds} seeds.` };
    }
    // Bounds in the direction in which more is better.
    const [low, high] = difference.interval!.map((bound) => sign * bound).sort((a, b) => a - b);
    if (high < 0) {
      const reason = `No winner: ${best.label} has the best mean of all its seeds, but on those that both have, ${other.label} is better beyond the 95 % interval.`;
      return { reason };
    }
    if (low <= 0)
      return {
        reason: `No winner: ${best.label} and ${other.label} do not differ beyond the 95 % interval.`,
      };
  }
  return { winner: best.label };
}

function valuesBySeed(group: Group, metric: string): Map<number, number> {
  return new Map(
    group.runs.flatMap(({ record }) => {
      const value = record.summary?.best[metric];
      return value === undefined ? [] : [[record.seed, value] as const];
    }),
  );
}
