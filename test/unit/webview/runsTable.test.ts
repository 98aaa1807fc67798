import { describe, expect, it } from 'vitest';
import type { GroupRow, RunRow } from '../../../src/protocol/dashboard.ts';
import { formatDuration, formatSize, formatSpread, formatValue } from '../../../webview/dashboard/format.ts';
import { assignSlots } from '../../../webview/dashboard/palette.ts';
import { parameterBars } from '../../../webview/dashboard/parameterBars.ts';
import { isEvaluated, isNoisy, orderQuantities, quantityOf } from '../../../webview/dashboard/quantities.ts';
import { statusChanges } from '../../../webview/dashboard/statusChanges.ts';
import {
  allowedActions,
  bestOf,
  nameBesideRecipe,
  type Sort,
  tableRows,
} from '../../../webview/dashboard/tableRows.ts';
import { readUiState } from '../../../webview/dashboard/uiState.ts';

const run = (key: string, group: string, accuracy?: number): RunRow => ({
  key,
  id: `run-${key}`,
  status: 'finished',
  recipe: 'spam',
  group,
  metric: 'validation/accuracy',
  last: accuracy === undefined ? {} : { 'validation/accuracy': accuracy },
});
const group = (key: string, mean: number, ...members: string[]): GroupRow => ({
  key,
  label: key,
  recipe: 'spam',
  variant: key,
  members,
  metrics: { 'validation/accuracy': { n: members.length, mean } },
  finished: members.length,
});
const runs: RunRow[] = [
  run('a1', 'a', 0.8),
  run('a2', 'a', 0.9),
  run('a3', 'a'),
  run('b1', 'b', 0.7),
  { key: 'x', id: 'broken', status: 'unreadable', problem: 'run.json is missing' },
];
const groups = [group('a', 0.85, 'a1', 'a2', 'a3'), group('b', 0.7, 'b1')];
const keysOf = (sort: Sort | undefined, filter = '') => {
  const rows = tableRows(runs, groups, new Set(['a1']), filter, sort);
  return [...rows.groups.flatMap((entry) => entry.runs), ...rows.others].map(({ key }) => key).join(' ');
};

describe('tableRows', () => {
  it('shows the newest group first and unreadable runs last', () => {
    expect(keysOf(undefined)).toBe('b1 a1 a2 a3 x');
  });

  it('sorts groups by their mean and runs by their value, absent values last', () => {
    expect(keysOf({ column: 'best', descending: true })).toBe('a2 a1 a3 b1 x');
    expect(keysOf({ column: 'best', descending: false })).toBe('b1 a1 a2 a3 x');
  });

  it('shows the compared metric where it is of the quantity of the runs, else the metric of the runs', () => {
    const metricOf = (compared?: string) =>
      tableRows(runs, groups, new Set(), '', undefined, compared).groups[0].metric;
    expect(metricOf()).toBe('validation/accuracy');
    expect(metricOf('test/accuracy')).toBe('test/accuracy');
    expect(metricOf('test/f1')).toBe('validation/accuracy');
    const [entry] = tableRows(runs, groups, new Set(), '', undefined, 'test/accuracy').groups;
    expect(bestOf(entry.runs[0], entry.metric)).toBeUndefined();
  });

  it('leaves the name of the recipe, and nothing else, out of the name of a group beside it', () => {
    const name = (label: string) => nameBesideRecipe({ ...groups[0], label });
    expect(['spam: LN (1)', 'spam', 'ham: LN'].map(name)).toEqual(['LN (1)', 'spam', 'ham: LN']);
  });

  it('filters by every word', () => {
    expect(keysOf(undefined, 'spam RUN-a2')).toBe('a2');
    expect(keysOf(undefined, 'unreadable')).toBe('x');
    expect(keysOf(undefined, 'nothing')).toBe('');
  });

  it('says how much of a group is selected, also where the filter hides some of it', () => {
    const checked = (keys: string[], filter = '') =>
      tableRows(runs, groups, new Set(keys), filter, undefined).groups.find(
        (entry) => entry.group.key === 'a',
      )!.checked;
    expect(checked(['a1'])).toBe('some');
    expect(checked(['a1', 'a2', 'a3'])).toBe('all');
    expect(checked(['a1'], 'a1')).toBe('some');
    expect(checked([])).toBe('none');
  });

  it('allows what fits the status', () => {
    expect([...allowedActions({ ...runs[0], status: 'running' })]).toEqual(['stop', 'openRecipe', 'showLog']);
    expect(allowedActions({ ...runs[0], status: 'lost' }).has('resume')).toBe(true);
    expect(allowedActions(runs[0]).has('exportAdapter')).toBe(true);
    expect(allowedActions(runs[4]).size).toBe(0);
  });
});

describe('numbers', () => {
  it.each([
    [undefined, ''],
    [0, '0'],
    [0.941267, '0.9413'],
    [0.0000353, '3.53e-5'],
    [0.0008, '8e-4'],
    [12345.6, '12,346'],
    [2_500_000, '2.5e6'],
    [-0.5, '-0.5'],
    [Number.NaN, 'NaN'],
  ])('writes %s as %s', (value, text) => expect(formatValue(value)).toBe(text));

  it('writes sizes, spreads and durations', () => {
    expect([950, 36_864, 999_900, 22_713_216].map(formatSize)).toEqual(['950', '36.9 k', '1 M', '22.7 M']);
    expect(formatSpread(0.88842, 0.00151)).toBe('0.8884 ± 0.0015');
    expect(formatSpread(0.88842, undefined)).toBe('0.8884');
    expect(formatSpread(0.842203, 0.000012)).toBe('0.8422 ± 0.0000');
    expect(formatSpread(0.5, 0)).toBe('0.5000 ± 0.0000');
    expect(formatSpread(1234.5, 67)).toBe('1235 ± 67');
    expect([48_000, 312_000, 7_500_000].map(formatDuration)).toEqual(['48 s', '5 min 12 s', '2 h 05 min']);
  });
});

describe('assignSlots', () => {
  it('keeps the place of a group whatever comes and goes', () => {
    const first = assignSlots({}, ['a', 'b', 'c']);
    expect(first).toEqual({ a: 0, b: 1, c: 2 });
    expect(assignSlots(first, ['d', 'c', 'a'])).toEqual({ c: 2, a: 0, d: 1 });
  });

  it('treats names of Object as names', () => {
    expect(assignSlots({}, ['constructor'])).toEqual({ constructor: 0 });
  });
});

describe('quantities', () => {
  it('splits a name at its first slash', () => {
    expect(quantityOf('validation/a/b')).toEqual({ split: 'validation', name: 'a/b' });
    expect(quantityOf('lr')).toEqual({ split: '', name: 'lr' });
  });

  it('shows the loss, the chosen metric, other evaluations, then the optimizer, then the machine', () => {
    const metrics = [
      'system/gpu_memory_mib',
      'grad_norm',
      'lr',
      'train/loss',
      'validation/loss',
      'validation/accuracy',
      'validation/f1',
    ];
    expect(orderQuantities(metrics, ['validation/f1'])).toEqual([
      'loss',
      'f1',
      'accuracy',
      'lr',
      'grad_norm',
      'gpu_memory_mib',
    ]);
  });

  it('draws readings of the machine as they are, and as no evaluation', () => {
    expect(isEvaluated('system')).toBe(false);
    expect(isNoisy('system/gpu_utilization')).toBe(false);
    expect(isNoisy('train/loss')).toBe(true);
  });
});

describe('parameterBars', () => {
  it('stacks methods by place from the input to the head', () => {
    const shares = [
      { module: 'head', method: 'head', count: 5 },
      { module: 'pooler', method: 'bias', count: 4 },
      { layer: 1, module: 'ffn', method: 'ln', count: 2 },
      { layer: 1, module: 'attention', method: 'ln', count: 3 },
      { module: 'embeddings', method: 'ln', count: 1 },
    ];
    const bars = parameterBars(new Map([['g', { run: 'r', shares, base: 100, trained: 10, head: 5 }]]));
    expect(bars.places).toEqual(['embeddings', 0, 1, 'pooler', 'head']);
    expect(bars.stacks).toContainEqual({ group: 'g', method: 'ln', counts: [1, 0, 5, 0, 0] });
  });
});

describe('statusChanges', () => {
  it('tells what began and ended, and nothing of old runs that were found', () => {
    const before = [{ ...runs[0], status: 'running' as const }];
    const after = [runs[0], { ...runs[1], status: 'running' as const }, runs[2]];
    expect(statusChanges(before, after).map(({ run: { key }, sentence }) => `${key} ${sentence}`)).toEqual([
      'a1 runFinished',
      'a2 runStarted',
    ]);
    expect(statusChanges(after, after)).toEqual([]);
  });
});

describe('readUiState', () => {
  it('keeps what it understands', () => {
    const kept = { ...readUiState(undefined), smoothing: 0.3, axis: 'time', closed: ['curves'] };
    expect(readUiState(kept)).toEqual(kept);
    expect(readUiState({ smoothing: 7, axis: 'moon', slots: 3, sort: { column: 'x' } })).toEqual(
      readUiState(undefined),
    );
  });
});
