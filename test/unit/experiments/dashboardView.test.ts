import { describe, expect, it } from 'vitest';
import {
  dashboardView,
  defaultSelection,
  deltaBetween,
  type DashboardView,
} from '../../../src/experiments/dashboardView.ts';
import { applyDelta } from '../../../src/protocol/applyDelta.ts';
import type { RunParameters } from '../../../src/protocol/dashboard.ts';
import type { Run, UnreadableRun } from '../../../src/runs/runFolder.ts';
import type { RunRecord } from '../../../src/runs/runRecord.ts';
import { runRecord } from '../../support/recordedRuns.ts';

function run(id: string, change: Partial<RunRecord> = {}): Run {
  const record = runRecord(change);
  return { id, dir: `/runs/${id}`, record, status: record.status, recipe: () => Promise.resolve('') };
}

const unreadable = (id: string): UnreadableRun => ({
  id,
  dir: `/runs/${id}`,
  status: 'unreadable',
  problem: 'run.json is missing',
});

const dirs = (runs: readonly { dir: string }[]) => runs.map(({ dir }) => dir);

describe('dashboardView', () => {
  const seeds = [0, 1, 2].map((seed) => run(`ln-${seed}`, { seed }));
  const others = [0, 1, 2].map((seed) =>
    run(`lora-${seed}`, {
      seed,
      variant: 'lora',
      summary: { ...runRecord().summary!, best: { 'validation/accuracy': 0.9 } },
    }),
  );

  it('has a row per run, and says why one cannot be read or failed', () => {
    const failed = run('bad', { status: 'failed', failure: 'loss is NaN' });
    const { runs } = dashboardView([seeds[0], failed, unreadable('odd')], []);
    expect(runs[0]).toMatchObject({
      key: '/runs/ln-0',
      id: 'ln-0',
      variant: 'ln',
      last: { 'train/loss': 0.5 },
    });
    expect(runs[1]).toMatchObject({ status: 'failed', problem: 'loss is NaN' });
    expect(runs[2]).toEqual({
      key: '/runs/odd',
      id: 'odd',
      status: 'unreadable',
      problem: 'run.json is missing',
    });
  });

  it('has all members in a group, those that have not finished too', () => {
    const working = run('ln-3', { seed: 3, status: 'running' });
    const { groups, runs } = dashboardView([...seeds, working], []);
    expect(groups).toHaveLength(1);
    expect(groups[0]).toMatchObject({ label: 'ln', finished: 3, members: dirs([...seeds, working]) });
    expect(groups[0].metrics['validation/accuracy'].n).toBe(3);
    expect(runs[3].group).toBe(groups[0].key);
  });

  it('compares the groups of the selected runs, where they are two or more', () => {
    const all = [...seeds, ...others, run('third', { variant: 'third' })];
    expect(dashboardView(all, [seeds[0].dir]).comparison).toBeUndefined();
    const { comparison } = dashboardView(all, [seeds[0].dir, others[1].dir]);
    expect(comparison).toMatchObject({ metric: 'validation/accuracy', baseline: 'ln', winner: 'lora' });
    expect(comparison!.rows.map(({ label }) => label)).toEqual(['ln', 'lora']);
  });

  it('compares with the group that trains nothing beside the head, whenever it was begun', () => {
    const summary = { ...runRecord().summary!, parameters: { trained: 0, stored: 0, head: 2 } };
    const controls = [0, 1].map((seed) => run(`head-${seed}`, { seed, variant: 'head', summary }));
    const { comparison } = dashboardView([...seeds, ...controls], dirs([...seeds, ...controls]));
    expect(comparison).toMatchObject({ baseline: 'head' });
    expect(comparison!.rows[0]).toMatchObject({ label: 'ln', n: 3, difference: { n: 2 } });
  });

  it('leaves selected runs out that are not there, and parameters of runs that are not selected', () => {
    const parameters = new Map(
      dirs(seeds).map((key): [string, RunParameters] => [
        key,
        { run: key, shares: [], base: 1, trained: 1, head: 1 },
      ]),
    );
    const view = dashboardView(seeds, ['/gone', seeds[1].dir, seeds[1].dir], parameters);
    expect(view.selected).toEqual([seeds[1].dir]);
    expect(view.parameters.map((one) => one.run)).toEqual([seeds[1].dir]);
  });

  it('selects the runs at work, else the newest group', () => {
    expect(defaultSelection([])).toEqual([]);
    expect(defaultSelection([unreadable('odd')])).toEqual([]);
    expect(defaultSelection([...seeds, ...others])).toEqual(dirs(others));
    const working = run('x', { status: 'running' });
    expect(defaultSelection([working, ...others])).toEqual([working.dir]);
  });
});

describe('deltaBetween', () => {
  it('is nothing between equal views, and one row where one run moved', () => {
    const runs = [run('a', { status: 'running' }), run('b', { seed: 1 })];
    const before = dashboardView(runs, []);
    expect(deltaBetween(before, dashboardView([...runs], []))).toBeUndefined();
    const moved = [run('a', { status: 'running', progress: { step: 2, totalSteps: 9 } }), runs[1]];
    const delta = deltaBetween(before, dashboardView(moved, []));
    expect(Object.keys(delta!)).toEqual(['runs']);
    expect(delta!.runs!.map(({ id }) => id)).toEqual(['a']);
  });

  it('leads from any view to any other', () => {
    let state = 7;
    const random = (below: number) => (state = (state * 48271) % 2147483647) % below;
    const anyView = (): DashboardView => {
      const readable = Array.from({ length: 8 }, (_, i) => i)
        .filter(() => random(3) > 0)
        .map((i) =>
          run(`run-${i}`, {
            seed: random(3),
            variant: ['a', 'b', '<b>', '__proto__'][random(4)],
            status: random(3) === 0 ? 'running' : 'finished',
            position: i,
          }),
        );
      const bad = [8, 9, 0].filter((i) => random(2) === 0 && !readable.some(({ id }) => id === `run-${i}`));
      const runs = [...readable, ...bad.map((i) => unreadable(`run-${i}`))];
      const selected = dirs(runs).filter(() => random(2) === 0);
      const known = selected.filter(() => random(2) === 0);
      const parameters = known.map((key): [string, RunParameters] => [
        key,
        { run: key, shares: [], base: 10, trained: random(3), head: 1 },
      ]);
      // What is known of a run is not forgotten as long as it is selected.
      return dashboardView(runs, random(4) === 0 ? [] : known, new Map(parameters));
    };
    let before = anyView();
    let snapshot = { ...before, series: [] as const };
    const byRun = (a: RunParameters, b: RunParameters) => (a.run < b.run ? -1 : 1);
    for (let round = 0; round < 300; round++) {
      const after = anyView();
      const delta = deltaBetween(before, after);
      if (delta !== undefined) snapshot = { ...applyDelta(snapshot, structuredClone(delta)), series: [] };
      expect({ ...snapshot, parameters: [...snapshot.parameters].sort(byRun) }).toEqual({
        ...after,
        parameters: [...after.parameters].sort(byRun),
        series: [],
      });
      before = after;
    }
  });
});

describe('applyDelta', () => {
  it('changes nothing that it was given, and forgets the curves of runs that are deselected', () => {
    const chunk = { metric: 'lr', from: 0, step: [1], time: [null], epoch: [null], value: [2], stride: 1 };
    const snapshot = {
      ...dashboardView([run('a'), run('b')], ['/runs/a', '/runs/b']),
      series: [
        { ...chunk, run: '/runs/a' },
        { ...chunk, run: '/runs/b' },
      ],
    };
    const before = structuredClone(snapshot);
    const more = { ...chunk, run: '/runs/b', from: 1, step: [2] };
    const after = applyDelta(snapshot, { selected: ['/runs/b'], series: [more] });
    expect(after.series).toEqual([
      { ...chunk, run: '/runs/b', step: [1, 2], time: [null, null], epoch: [null, null], value: [2, 2] },
    ]);
    expect(snapshot).toEqual(before);
  });
});
