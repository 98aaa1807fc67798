import { describe, expect, it } from 'vitest';
import type { DashboardSnapshot, RunRow } from '../../../src/protocol/dashboard.ts';
import { linesOf, seriesByQuantity } from '../../../webview/dashboard/curves.ts';
import { dataTable } from '../../../webview/dashboard/dataTable.ts';
import { decimate } from '../../../webview/dashboard/decimate.ts';
import { seedBand } from '../../../webview/dashboard/seedBand.ts';
import { smooth } from '../../../webview/dashboard/smoothing.ts';
import { readUiState } from '../../../webview/dashboard/uiState.ts';

const run = (key: string, seed: number): RunRow => ({ key, id: key, status: 'finished', seed, group: 'g' });
const chunk = (key: string, metric: string, step: number[], value: number[]) => ({
  run: key,
  metric,
  from: 0,
  step,
  time: step.map((at) => (at === 1 ? null : at / 2)),
  epoch: step.map((at) => at / 10),
  value,
  stride: 1,
});
const snapshot: DashboardSnapshot = {
  runs: [run('a', 1), run('b', 2)],
  groups: [
    { key: 'g', label: 'ln', recipe: 'r', variant: 'ln', members: ['a', 'b'], metrics: {}, finished: 2 },
  ],
  series: [
    chunk('b', 'train/loss', [1, 2, 3], [4, 5, 6]),
    chunk('a', 'train/loss', [1, 2, 3], [2, 3, 4]),
    chunk('a', 'validation/loss', [2], [9]),
    chunk('a', 'lr', [1], [0.1]),
  ],
  parameters: [],
  selected: ['a', 'b'],
};

describe('smooth', () => {
  it('has no bias towards zero at the start', () => {
    expect(smooth([3, 3, 3], 0.9).map((value) => Number(value.toFixed(9)))).toEqual([3, 3, 3]);
  });

  it('weighs the past', () => {
    // (0.5 * 0 * 0.5 + 0.5 * 3) / (1 - 0.25)
    expect(smooth([0, 3], 0.5)).toEqual([0, 2]);
  });

  it('leaves values alone without a weight, and gaps with one', () => {
    expect(smooth([1, 5], 0)).toEqual([1, 5]);
    expect(smooth([1, Number.NaN, 1], 0.5)).toEqual([1, Number.NaN, 1]);
  });
});

describe('seedBand', () => {
  const curve = (step: number[], y: number[]) => ({ step, x: step, y });

  it('has mean and sample deviation at common steps', () => {
    const band = seedBand([curve([1, 2], [1, 2]), curve([1, 2], [3, 6])]);
    expect(band.y).toEqual([2, 4]);
    expect(band.deviation).toEqual([Math.SQRT2, Math.sqrt(8)]);
  });

  it('interpolates between the steps of a member and leaves out what it has not reached', () => {
    const band = seedBand([curve([0, 10], [0, 10]), curve([5, 20], [7, 9])]);
    expect(band.step).toEqual([0, 5, 10, 20]);
    expect(band.y[1]).toBe((5 + 7) / 2);
    expect(band.y[3]).toBe(9);
    expect(band.deviation[3]).toBe(0);
  });

  it('is empty of nothing', () => {
    expect(seedBand([]).step).toEqual([]);
  });
});

describe('decimate', () => {
  const x = Array.from({ length: 10_000 }, (_, i) => i);
  const y = x.map((at) => (at === 4321 ? 100 : at % 7));
  const view = { width: 100, logX: false, logY: false };

  it('keeps peaks, in order, in at most two points per pixel', () => {
    const points = decimate(x, y, view);
    expect(points.length).toBeLessThanOrEqual(2 * 101);
    expect(points).toContainEqual({ x: 4321, y: 100 });
    expect(points.every((point, i) => i === 0 || point.x > points[i - 1].x)).toBe(true);
  });

  it('shows the range with a neighbour on either side, every point where there is room', () => {
    const points = decimate(x, y, { ...view, min: 10, max: 20 });
    expect(points.map((point) => point.x)).toEqual([9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21]);
  });

  it('leaves out what has no place on a logarithmic axis', () => {
    expect(decimate([0, 1, 2], [1, -1, 3], { ...view, logX: true, logY: true })).toEqual([{ x: 2, y: 3 }]);
    expect(decimate([1, 2], [-1, -2], { ...view, logY: true })).toEqual([]);
    expect(decimate([], [], view)).toEqual([]);
  });
});

describe('lines of a chart', () => {
  const ui = { ...readUiState(undefined), slots: { g: 0 } };
  const series = seriesByQuantity(snapshot);

  it('pairs training and validation of one quantity', () => {
    expect([...series.keys()]).toEqual(['loss', 'lr']);
    expect(series.get('loss')!.map(({ split, run: { key } }) => `${key} ${split}`)).toEqual([
      'a train',
      'a validation',
      'b train',
    ]);
  });

  it('draws the mean of the seeds over faint members', () => {
    const lines = linesOf(series.get('loss')!, { ...ui, smoothing: 0 });
    expect(lines.map(({ label, split, role }) => `${label} ${split} ${role}`)).toEqual([
      'ln #1 train faint',
      'ln #2 train faint',
      'ln train main',
      'ln #1 validation main',
    ]);
    expect(lines[2].y).toEqual([3, 4, 5]);
  });

  it('keeps the points of a test apart, each of its seed', () => {
    const tested = [chunk('a', 'test/loss', [2], [7]), chunk('b', 'test/loss', [3], [8])];
    const lines = linesOf(seriesByQuantity({ ...snapshot, series: tested }).get('loss')!, ui);
    expect(lines.map(({ label, role, x, y }) => [label, role, ...x, ...y])).toEqual([
      ['ln #1', 'main', 2, 7],
      ['ln #2', 'main', 3, 8],
    ]);
  });

  it('keeps the raw curve behind a smoothed one and never smooths an evaluation', () => {
    const lines = linesOf(series.get('loss')!, { ...ui, smoothing: 0.5, groupSeeds: false });
    expect(lines.filter(({ split }) => split === 'train').map(({ role }) => role)).toEqual([
      'faint',
      'main',
      'faint',
      'main',
    ]);
    expect(lines.find(({ split }) => split === 'validation')).toMatchObject({ role: 'main', y: [9] });
  });

  it('leaves out points without a time', () => {
    const [line] = linesOf(series.get('loss')!, { ...ui, axis: 'time', smoothing: 0, groupSeeds: false });
    expect(line).toMatchObject({ x: [1, 1.5], y: [3, 4] });
  });
});

describe('dataTable', () => {
  it('has a row per step and a column per series', () => {
    const { rows } = dataTable([snapshot.series[1], snapshot.series[2]]);
    expect(rows.map(({ step, time, values }) => [step, time, ...values])).toEqual([
      [1, undefined, 2, undefined],
      [2, 1, 3, 9],
      [3, 1.5, 4, undefined],
    ]);
  });

  it('has the mean of a set at every step that one of it measured', () => {
    const series = [chunk('a', 'lr', [1, 2], [1, 2]), chunk('b', 'lr', [2, 3], [4, 5]), snapshot.series[2]];
    expect(dataTable(series, [[0, 1]]).rows.map(({ means }) => means)).toEqual([[1], [3], [5]]);
  });

  it('thins long tables and keeps both ends', () => {
    const step = Array.from({ length: 5000 }, (_, i) => i);
    const { rows, total } = dataTable([chunk('a', 'lr', step, step)]);
    expect([rows.length, total, rows[0].step, rows.at(-1)!.step]).toEqual([1000, 5000, 0, 4999]);
  });
});
