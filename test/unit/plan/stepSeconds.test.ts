import { expect, it } from 'vitest';
import { stepSeconds } from '../../../src/plan/stepSeconds.ts';
import type { Work } from '../../../src/plan/work.ts';

const work = (products: number, pointwise: number, written: number, nodes: number): Work => ({
  products,
  pointwise,
  written,
  nodes,
});

/** Work of the steps that `measure` runs, as large as theirs. */
const STEPS = [
  work(4.6e8, 3.5e6, 1.4e4, 598),
  work(1.5e10, 1.2e8, 1.4e4, 598),
  work(5.9e10, 2.2e8, 2.8e4, 598),
  work(2.2e10, 2.6e8, 2.1e7, 1258),
  work(2.7e9, 4.1e8, 6.4e7, 1258),
];

const secondsWith = (costs: Work) => (of: Work) =>
  Object.entries(costs).reduce((sum, [kind, cost]) => sum + (cost as number) * of[kind as keyof Work], 0);

it('finds the costs of a machine that has such costs', () => {
  const machine = secondsWith(work(2.3e-12, 1.2e-10, 2.7e-9, 5e-6));
  const secondsOf = stepSeconds(STEPS.map((step) => ({ seconds: machine(step), work: step })));
  for (const other of [work(4.4e10, 3.4e8, 3e4, 1438), work(6.6e10, 8e8, 6.8e7, 3154)])
    expect(secondsOf(other) / machine(other)).toBeCloseTo(1, 2);
});

it('never says that more work takes less time', () => {
  const noisy = stepSeconds(STEPS.map((step, i) => ({ seconds: i % 2 === 0 ? 0.1 : 0.01, work: step })));
  const [base] = STEPS;
  for (const kind of Object.keys(base) as (keyof Work)[])
    expect(noisy({ ...base, [kind]: 2 * base[kind] })).toBeGreaterThanOrEqual(noisy(base));
});
