import { describe, expect, it } from 'vitest';
import { compareGroups, pairedDifference } from '../../../src/experiments/compare.ts';
import { groupRuns, type RecordedRun } from '../../../src/experiments/groups.ts';
import { comparedMetric } from '../../../src/experiments/metric.ts';
import type { RunRecord } from '../../../src/runs/runRecord.ts';

const accuracy = 'test/accuracy';

let created = 0;

/** A finished run, unless `change` says otherwise. */
function run(
  variant: string,
  seed: number,
  best: Record<string, number>,
  change: Partial<RunRecord> = {},
): RecordedRun {
  const record: RunRecord = {
    formatVersion: 1,
    status: 'finished',
    recipe: 'demo',
    variant,
    seed,
    configuration: `hash of ${variant}`,
    position: 0,
    createdAt: '2026-11-24T22:15:03.000Z',
    elapsedMs: 1000,
    executor: 'onnx-cpu',
    hashes: { data: { train: 'a' }, baseWeights: 'b' },
    metric: 'validation/accuracy',
    summary: {
      last: best,
      best,
      bestStep: 10 * (seed + 1),
      samplesPerSecond: 100 + seed,
      peakMemoryBytes: 1,
      parameters: { trained: 5, stored: 4, head: 2 },
    },
    ...change,
  };
  return { id: `${variant}-${created++}`, record };
}

const runs = (variant: string, values: readonly number[], change?: Partial<RunRecord>) =>
  values.map((value, seed) => run(variant, seed, { [accuracy]: value }, change));

describe('groupRuns', () => {
  it('joins runs that differ in the seed alone, with mean, sample deviation and N', () => {
    const [a, b, ...more] = groupRuns([...runs('a', [0.7, 0.8, 0.9]), ...runs('b', [0.5])]);
    expect(more).toEqual([]);
    expect(a).toMatchObject({ label: 'a', unfinished: 0 });
    expect(a.metrics.get(accuracy)!.n).toBe(3);
    expect(a.metrics.get(accuracy)!.mean).toBeCloseTo(0.8, 12);
    expect(a.metrics.get(accuracy)!.standardDeviation).toBeCloseTo(0.1, 12);
    expect(b.metrics.get(accuracy)).toEqual({ n: 1, mean: 0.5 });
  });

  it('keeps runs on other data or base weights apart and tells them by a number', () => {
    const other = run('a', 1, {}, { hashes: { data: { train: 'z' }, baseWeights: 'b' } });
    const groups = groupRuns([run('a', 0, {}), other, run('a', 2, {})]);
    expect(groups.map(({ label, runs }) => [label, runs.length])).toEqual([
      ['demo: a (1)', 2],
      ['demo: a (2)', 1],
    ]);
  });

  it('counts a seed once, by its newest finished run, and what has not finished apart', () => {
    const queued = run('a', 2, {}, { status: 'queued', hashes: undefined, summary: undefined });
    const failed = run('a', 0, { [accuracy]: 0 }, { status: 'failed' });
    const [group, ...more] = groupRuns([
      run('a', 0, { [accuracy]: 0.1 }),
      run('a', 0, { [accuracy]: 0.6 }),
      failed,
      queued,
    ]);
    expect(more).toEqual([]);
    expect(group.metrics.get(accuracy)).toEqual({ n: 1, mean: 0.6 });
    expect(group.unfinished).toBe(2);
  });

  it('takes the hashes of the newest run of its configuration for one that has none yet', () => {
    const none = { status: 'queued', hashes: undefined, summary: undefined } as const;
    const newer = { hashes: { data: { train: 'z' }, baseWeights: 'b' } };
    const groups = groupRuns([
      run('a', 0, {}),
      run('a', 1, {}, newer),
      run('a', 2, {}, none),
      run('b', 0, {}, none),
    ]);
    expect(groups.map(({ members }) => members.map(({ record }) => record.seed))).toEqual([[0], [1, 2], [0]]);
  });

  it('reads each of many runs that wait a few times, not once for every other', () => {
    let reads = 0;
    const waiting = Array.from({ length: 100 }, (_, seed) => {
      const { id, record } = run('a', seed, {}, { status: 'queued', hashes: undefined, summary: undefined });
      return {
        id,
        get record() {
          reads++;
          return record;
        },
      };
    });
    expect(groupRuns(waiting)).toHaveLength(1);
    expect(reads).toBeLessThan(10 * waiting.length);
  });
});

describe('comparedMetric', () => {
  const groups = groupRuns([
    run('a', 0, { 'validation/accuracy': 1, 'validation/f1': 1, 'test/accuracy': 1 }),
    run('b', 0, { 'validation/accuracy': 1, 'test/accuracy': 1 }),
  ]);

  it('is that of the best checkpoint, on the test file where all were tested', () => {
    expect(comparedMetric(groups, {})).toBe('test/accuracy');
    expect(comparedMetric(groups, { split: 'validation' })).toBe('validation/accuracy');
    expect(comparedMetric(groups, { name: 'f1' })).toBe('validation/f1');
    expect(comparedMetric(groups, { name: 'validation/f1' })).toBe('validation/f1');
    expect(comparedMetric(groups, { name: 'matthews' })).toBeUndefined();
    expect(comparedMetric([], {})).toBeUndefined();
  });
});

describe('pairedDifference', () => {
  it('agrees with a worked example, over the common seeds alone', () => {
    const [a, b] = groupRuns([...runs('a', [0.81, 0.84, 0.8, 0.99]), ...runs('b', [0.8, 0.81, 0.78])]);
    const { n, mean, interval } = pairedDifference(a, b, accuracy)!;
    // Differences 0.01, 0.03, 0.02: mean 0.02, deviation 0.01, t(0.975, 2) = 4.30265.
    expect(n).toBe(3);
    expect(mean).toBeCloseTo(0.02, 12);
    expect(interval![0]).toBeCloseTo(0.02 - (4.30265 * 0.01) / Math.sqrt(3), 6);
    expect(interval![1]).toBeCloseTo(0.02 + (4.30265 * 0.01) / Math.sqrt(3), 6);
  });

  it('has no interval for one seed and does not exist for none', () => {
    const [a, b, c] = groupRuns([...runs('a', [0.8]), ...runs('b', [0.75]), run('c', 7, { [accuracy]: 1 })]);
    expect(pairedDifference(a, b, accuracy)).toEqual({ n: 1, mean: expect.closeTo(0.05, 12) });
    expect(pairedDifference(a, c, accuracy)).toBeUndefined();
  });
});

describe('compareGroups', () => {
  const compare = (list: readonly RecordedRun[], metric = accuracy) => {
    const groups = groupRuns(list);
    return compareGroups(groups, metric, groups[0]);
  };

  it('gives each group its figures and its difference to the baseline', () => {
    const { rows, baseline } = compare([...runs('base', [0.5, 0.6]), ...runs('other', [0.6, 0.7, 0.8])]);
    expect(baseline).toBe('base');
    expect(rows[0].difference).toBeUndefined();
    expect(rows[1]).toMatchObject({
      label: 'other',
      n: 3,
      seeds: [0, 1, 2],
      bestStep: 20,
      samplesPerSecond: 101,
      parameters: { trained: 5, stored: 4, head: 2 },
      difference: { n: 2, mean: expect.closeTo(0.1, 12) },
      executors: ['onnx-cpu'],
    });
  });

  it('names a winner only beyond the interval, and the lowest where less is better', () => {
    expect(compare([...runs('a', [0.5, 0.51, 0.5]), ...runs('b', [0.7, 0.71, 0.71])]).winner).toBe('b');
    const losses = (variant: string, values: number[]) =>
      values.map((value, seed) => run(variant, seed, { 'test/loss': value }));
    expect(
      compare([...losses('a', [0.5, 0.51, 0.5]), ...losses('b', [0.7, 0.71, 0.71])], 'test/loss').winner,
    ).toBe('a');
    const close = compare([...runs('a', [0.5, 0.6, 0.7]), ...runs('b', [0.7, 0.6, 0.6])]);
    expect(close.winner).toBeUndefined();
    expect(close.notes).toEqual([expect.stringContaining('b and a do not differ')]);
  });

  it.each([
    ['test/accuracy', (value: number) => value],
    ['test/loss', (value: number) => 1 - value],
  ])('says of the best mean of %s that another is better where both were trained', (metric, valueOf) => {
    const seeded = (variant: string, values: readonly number[]) =>
      values.map((value, seed) => run(variant, seed, { [metric]: valueOf(value) }));
    const { winner, notes } = compare(
      [...seeded('a', [0.9, 0.9, 0.9]), ...seeded('b', [0.92, 0.92, 0.92, 0.7, 0.7, 0.7])],
      metric,
    );
    expect(winner).toBeUndefined();
    expect(notes).toEqual([
      'No winner: a has the best mean of all its seeds, but on those that both have, b is better beyond the 95 % interval.',
    ]);
  });

  it('refuses to name one from fewer than three seeds, or from seeds that are not common', () => {
    const few = compare([...runs('a', [0.5, 0.5]), ...runs('b', [0.9, 0.9, 0.9])]);
    expect(few.winner).toBeUndefined();
    expect(few.notes).toEqual(['No winner is named from fewer than 3 seeds (a).']);
    const apart = [7, 8, 9].map((seed) => run('b', seed, { [accuracy]: 0.9 }));
    expect(compare([...runs('a', [0.5, 0.5, 0.5]), ...apart]).notes).toEqual([
      expect.stringContaining('share fewer'),
    ]);
  });

  it('flags mixed executors', () => {
    const { notes } = compare([...runs('a', [0.5]), ...runs('b', [0.5], { executor: 'reference' })]);
    expect(notes).toContainEqual(expect.stringContaining('different executors (onnx-cpu, reference)'));
  });
});
