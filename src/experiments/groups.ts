import { mean, sampleStandardDeviation } from 'simple-statistics';
import { groupBy } from '../core/groupBy.ts';
import type { RunRecord } from '../runs/runRecord.ts';

/** What groups and comparisons read of a run. */
export interface RecordedRun {
  readonly id: string;
  readonly record: RunRecord;
}

/** Runs that differ in nothing but the seed: same resolved recipe, same data, same base weights. */
export interface Group<R extends RecordedRun = RecordedRun> {
  /** Names it among the groups. */
  readonly key: string;
  /** The variant's name, made unique among the groups. */
  readonly label: string;
  readonly variant: string;
  readonly recipe: string;
  /** All runs in the order of their creation, finished or not. */
  readonly members: readonly R[];
  /** Finished runs, one per seed, by seed: of several with one seed the newest. */
  readonly runs: readonly R[];
  /** How many runs, not counted above, have not finished. */
  readonly unfinished: number;
  /** Of each metric that was measured at the best checkpoint. */
  readonly metrics: ReadonlyMap<string, Statistics>;
}

export interface Statistics {
  readonly n: number;
  readonly mean: number;
  /** Of the sample (divided by n - 1); undefined for n = 1. */
  readonly standardDeviation?: number;
}

/** Groups runs, given in the order of their creation, by everything but the seed; in the order of their first runs. */
export function groupRuns<R extends RecordedRun>(runs: readonly R[]): Group<R>[] {
  const hashes = hashesByConfiguration(runs);
  const members = groupBy(runs, ({ record }) => keyOf(record, hashes));
  const labels = labelsOf([...members.values()].map((group) => group[0].record));
  return [...members].map(([key, group], i) => groupOf(key, labels[i], group));
}

export function statisticsOf(values: readonly number[]): Statistics {
  const all = [...values];
  return {
    n: all.length,
    mean: mean(all),
    ...(all.length > 1 && { standardDeviation: sampleStandardDeviation(all) }),
  };
}

function groupOf<R extends RecordedRun>(key: string, label: string, members: readonly R[]): Group<R> {
  const finished = members.filter(({ record }) => record.status === 'finished');
  const bySeed = new Map(finished.map((run) => [run.record.seed, run]));
  const runs = [...bySeed.values()].sort((a, b) => a.record.seed - b.record.seed);
  const values = new Map<string, number[]>();
  for (const { record } of runs) {
    for (const [name, value] of Object.entries(record.summary?.best ?? {})) {
      values.set(name, [...(values.get(name) ?? []), value]);
    }
  }
  const { variant, recipe } = members[0].record;
  const metrics = new Map([...values].map(([name, list]) => [name, statisticsOf(list)]));
  const unfinished = members.length - finished.length;
  return { key, label, variant, recipe, members, runs, unfinished, metrics };
}

type Hashes = RunRecord['hashes'];

/** Those of the newest run of each configuration that knows them. */
function hashesByConfiguration(runs: readonly RecordedRun[]): ReadonlyMap<string, Hashes> {
  const known = new Map<string, Hashes>();
  for (const { record } of runs)
    if (record.hashes !== undefined) known.set(record.configuration, record.hashes);
  return known;
}

/** Hashes are known once a run has loaded its data; one that has not gets those of the newest run of its configuration. */
function keyOf(
  { configuration, hashes }: RunRecord,
  newest: ReturnType<typeof hashesByConfiguration>,
): string {
  const known = hashes ?? newest.get(configuration);
  const data = Object.entries(known?.data ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([configuration, data, known?.baseWeights]);
}

/** The variant; with the recipe's name where variants of several recipes share it; numbered where that is not enough. */
function labelsOf(records: readonly RunRecord[]): string[] {
  const count = (list: readonly string[], item: string) => list.filter((other) => other === item).length;
  const variants = records.map(({ variant }) => variant);
  const named = records.map(({ recipe, variant }) =>
    count(variants, variant) > 1 && recipe !== variant ? `${recipe}: ${variant}` : variant,
  );
  return named.map((label, i) =>
    count(named, label) > 1 ? `${label} (${count(named.slice(0, i + 1), label)})` : label,
  );
}
