import { describe, expect, it } from 'vitest';
import { applyDelta, applyDeltaInPlace } from '../../../src/protocol/applyDelta.ts';
import type { DashboardSnapshot, SeriesChunk } from '../../../src/protocol/dashboard.ts';
import { randomNumbers } from '../../support/randomNumbers.ts';

const empty: DashboardSnapshot = { runs: [], groups: [], series: [], parameters: [], selected: ['a', 'b'] };

function chunk(run: string, from: number, count: number): SeriesChunk {
  const step = Array.from({ length: count }, (_, i) => from + i);
  return { run, metric: 'lr', from, step, time: step, epoch: step.map(() => null), value: step, stride: 1 };
}

describe('applyDeltaInPlace', () => {
  it('shows what applyDelta shows, whatever is appended, replaced or deselected', () => {
    const random = randomNumbers(3);
    let pure = empty;
    let owned = empty;
    for (let round = 0; round < 500; round++) {
      const run = random() < 0.5 ? 'a' : 'b';
      const known = pure.series.find((series) => series.run === run)?.value.length ?? 0;
      const from = random() < 0.7 ? known : Math.floor(random() * (known + 1));
      const delta = {
        series: [chunk(run, from, Math.floor(random() * 4))],
        ...(random() < 0.1 && { selected: random() < 0.5 ? ['a'] : ['a', 'b'] }),
      };
      pure = applyDelta(pure, delta);
      owned = applyDeltaInPlace(owned, structuredClone(delta));
      expect(owned).toEqual(pure);
    }
  });

  it('continues the arrays of an append, and makes new ones of anything else', () => {
    const then = (series: SeriesChunk, next: SeriesChunk) =>
      applyDeltaInPlace({ ...empty, series: [series] }, { series: [next] }).series[0];
    const received = chunk('a', 0, 3);
    const first = then(received, chunk('a', 3, 1));
    expect(received.value).toEqual([0, 1, 2]);
    const more = then(first, chunk('a', 4, 2));
    expect(more).not.toBe(first);
    expect(more.value).toBe(first.value);
    expect(more.value).toEqual([0, 1, 2, 3, 4, 5]);
    expect(then(more, chunk('a', 2, 1)).value).toEqual([0, 1, 2]);
    expect(more.value).toHaveLength(6);
  });

  it('leaves alone what a delta does not name, so that nothing of it is drawn again', () => {
    const after = applyDeltaInPlace(empty, { series: [chunk('a', 0, 3)] });
    expect(after.runs).toBe(empty.runs);
    expect(after.parameters).toBe(empty.parameters);
  });
});
