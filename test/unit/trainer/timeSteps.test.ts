import { afterEach, expect, it, vi } from 'vitest';
import { timeSteps } from '../../../src/trainer/timeSteps.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

it('gives the median without the first steps: of two times their mean', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const ms = [9000, 100, 300];
  const step = (i: number) => Promise.resolve(void (now += ms[i]));
  expect(await timeSteps(step, { steps: 2, ms: 0 })).toBeCloseTo(0.2, 10);
});
