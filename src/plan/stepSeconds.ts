import type { Work } from './work.ts';

/** A step that was run, and how long it took. */
export interface MeasuredStep {
  readonly seconds: number;
  readonly work: Work;
}

/**
 * How long this machine takes for some work: Σ cost × work, one cost for each kind, none below 0, with the least sum of squared relative
 * errors over the steps that were measured.
 */
export function stepSeconds(measured: readonly MeasuredStep[]): (work: Work) => number {
  // Relative to the time measured: a short step counts as much as a long one.
  const rows = measured.map(({ seconds, work }) => KINDS.map((kind) => work[kind] / seconds));
  const costs = leastSquares(rows);
  return (work) => KINDS.reduce((sum, kind, k) => sum + costs[k] * work[kind], 0);
}

const KINDS = ['products', 'pointwise', 'written', 'nodes'] as const;

/** So many rounds are far more than a handful of rows needs. */
const ROUNDS = 20_000;

/** The x >= 0 for which every row · x is nearest to 1, by descent along one coordinate after the other. */
function leastSquares(rows: readonly (readonly number[])[]): number[] {
  const x = KINDS.map(() => 0);
  const left = rows.map(() => 1);
  for (let round = 0; round < ROUNDS; round++) {
    for (let k = 0; k < x.length; k++) {
      const [slope, curvature] = rows.reduce(
        ([a, b], row, i) => [a + row[k] * left[i], b + row[k] ** 2],
        [0, 0],
      );
      const next = curvature === 0 ? 0 : Math.max(0, x[k] + slope / curvature);
      rows.forEach((row, i) => (left[i] -= row[k] * (next - x[k])));
      x[k] = next;
    }
  }
  return x;
}
