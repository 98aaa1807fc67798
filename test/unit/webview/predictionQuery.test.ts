import { afterEach, describe, expect, it, vi } from 'vitest';
import type { DashboardSnapshot, RunRow } from '../../../src/protocol/dashboard.ts';
import { formatShare } from '../../../webview/dashboard/evaluation/formatShare.ts';
import { queryName, queryOf } from '../../../webview/dashboard/evaluation/query.ts';
import { readUiState, type PredictionsChoice, type UiState } from '../../../webview/dashboard/uiState.ts';
import { FakePage, pageModule, type FakeElement } from '../../support/fakePage.ts';

const row = (key: string, status: RunRow['status']): RunRow => ({ key, id: key, status });
const runs = [
  row('a', 'finished'),
  row('b', 'stopped'),
  row('c', 'running'),
  row('d', 'unreadable'),
  row('e', 'finished'),
];
const asked = (selected: readonly string[], predictions: Partial<PredictionsChoice> = {}) => {
  const snapshot: DashboardSnapshot = { runs, groups: [], series: [], parameters: [], selected };
  const ui = readUiState({ predictions: { order: 'worst', from: 0, ...predictions } });
  return queryOf({ snapshot, ui });
};

describe('queryOf', () => {
  it('asks for what was chosen, as long as its run is selected', () => {
    const choice = { run: 'a', file: 'test', having: '["x"]', order: 'file', from: 50 } as const;
    expect(asked(['a', 'b'], choice)).toEqual({ ...choice, count: 25 });
    expect(asked(['b'], choice)).toEqual({ run: 'b', order: 'file', from: 0, count: 25 });
  });

  it('takes the last run that has ended, else one that will, and never one that cannot be read', () => {
    expect(asked(['a', 'b', 'c', 'd'])?.run).toBe('b');
    expect(asked(['c', 'd'])?.run).toBe('c');
    expect(asked(['d'])).toBeUndefined();
    expect(asked([])).toBeUndefined();
  });

  it('gives equal questions one name, in whatever order their fields are', () => {
    const query = { run: 'a', order: 'worst', from: 0, count: 25 } as const;
    expect(queryName({ count: 25, from: 0, order: 'worst', run: 'a', file: undefined })).toBe(
      queryName(query),
    );
    expect(queryName({ ...query, from: 25 })).not.toBe(queryName(query));
  });
});

describe('predictionsPart', () => {
  afterEach(() => void vi.unstubAllGlobals());

  it('chooses of the run that is shown, with nothing of one that is not selected any more', async () => {
    const { predictionsPart } = await pageModule<{
      predictionsPart(page: object): { readonly element: FakeElement; update(model: object): void };
    }>('dashboard/evaluation/predictionsPart.ts');
    vi.stubGlobal('document', new FakePage());
    const set = vi.fn<(change: Partial<UiState>) => void>();
    const ask = vi.fn();
    const part = predictionsPart({ set, ask });
    const shown = (selected: readonly string[]) => {
      const predictions = { run: 'a', file: 'test', having: '["x"]', order: 'worst', from: 50 };
      const ui = readUiState({ view: 'predictions', predictions });
      part.update({ snapshot: { runs, groups: [], series: [], parameters: [], selected }, ui });
    };
    const order = part.element.querySelectorAll('select')[2];
    const choose = (value: string) => {
      order.value = value;
      order.happens('change');
      return set.mock.lastCall![0].predictions;
    };
    shown(['a', 'b']);
    expect(choose('file')).toEqual({ run: 'a', file: 'test', having: '["x"]', order: 'file', from: 0 });
    shown(['b']);
    expect(ask).toHaveBeenLastCalledWith({ run: 'b', order: 'worst', from: 0, count: 25 });
    expect(choose('file')).toEqual({ run: 'b', order: 'file', from: 0 });
  });
});

it('a choice of predictions that another version kept falls back field by field', () => {
  const nothing = { order: 'worst', from: 0 };
  expect(readUiState(undefined)).toMatchObject({ view: 'training', predictions: nothing });
  expect(readUiState({ view: 'files', predictions: 'a' })).toMatchObject({
    view: 'training',
    predictions: nothing,
  });
  const kept = {
    view: 'predictions',
    predictions: { run: 3, file: 'x', having: [], order: 'best', from: -1 },
  };
  expect(readUiState(kept)).toMatchObject({ view: 'predictions' });
  expect(readUiState(kept).predictions).toEqual({ ...nothing, file: 'x' });
});

it.each([
  [0, '0 %'],
  [0.0004, '< 0.1 %'],
  [0.004, '0.4 %'],
  [0.146, '15 %'],
  [0.994, '99.4 %'],
  [0.9996, '> 99.9 %'],
  [1, '100 %'],
])('a share of %d is %s', (share, text) => {
  expect(formatShare(share)).toBe(text);
});
