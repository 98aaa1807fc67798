import { LONGEST_RECORDED } from '../core/longestRecorded.ts';
import { monomial, type Binding, type Size } from './size.ts';

/** Sizes at which a program is recorded: those from which polynomials are fitted, and those that only check the fit. */
export interface SamplePoints {
  readonly fitted: readonly Binding[];
  readonly heldOut: readonly Binding[];
}

/**
 * The first symbol is the batch size, of which everything is a linear function; the others enter up to degree 2. A held-out size lies
 * beyond the fitted ones, where a minimum or a maximum would show.
 */
const BATCH_SIZES = { fitted: [3, 7], heldOut: [5, 11] } as const;
const OTHER_SIZES = { fitted: [3, 5, 8], heldOut: [4, LONGEST_RECORDED] } as const;

/** Sizes 1 are avoided (they broadcast), as are points at which two symbols agree throughout. */
export function samplePoints(symbolCount: number): SamplePoints {
  const lattice = exponents(symbolCount); // the principal lattice: as many points as monomials, on which these are independent
  return {
    fitted: lattice.map((index) => index.map((k, i) => (i === 0 ? BATCH_SIZES : OTHER_SIZES).fitted[k])),
    heldOut: [0, 1].map((k) =>
      Array.from({ length: symbolCount }, (_, i) =>
        i === 0 ? BATCH_SIZES.heldOut[k] : OTHER_SIZES.heldOut[(k + i + 1) % 2],
      ),
    ),
  };
}

/** Exponents of the monomials {1, B} x {1, S, P, S², SP, P², ...}. */
function exponents(symbolCount: number): number[][] {
  let list: number[][] = symbolCount === 0 ? [[]] : [[0], [1]];
  for (let i = 1; i < symbolCount; i++)
    list = list.flatMap((powers) => [0, 1, 2].map((power) => [...powers, power]));
  return list.filter((powers) => powers.slice(1).reduce((sum, power) => sum + power, 0) <= 2);
}

/**
 * Finds the integer polynomial that takes `values[i]` at point i, for any number of value lists over the same points.
 * The fitted points determine the coefficients uniquely; the held-out ones must agree.
 */
export function sizeFitter(
  points: SamplePoints,
  symbolCount: number,
): (values: readonly number[]) => Size | undefined {
  const monomials = exponents(symbolCount);
  const inverse = invert(points.fitted.map((point) => monomials.map((powers) => monomial(powers, point))));
  const all = [...points.fitted, ...points.heldOut];
  return (values) => {
    if (values.every((value) => value === values[0])) return values[0];
    const coefficients = inverse.map((row) => Math.round(row.reduce((sum, x, i) => sum + x * values[i], 0)));
    const terms = monomials
      .map((powers, i) => ({ coefficient: coefficients[i], powers }))
      .filter(({ coefficient }) => coefficient !== 0)
      .reverse();
    const predicted = (point: Binding) =>
      terms.reduce((sum, t) => sum + t.coefficient * monomial(t.powers, point), 0);
    return all.every((point, i) => predicted(point) === values[i]) ? terms : undefined;
  };
}

/** Inverse by Gauss and Jordan with partial pivoting; the caller rounds and checks. */
function invert(matrix: readonly (readonly number[])[]): number[][] {
  const n = matrix.length;
  const rows = matrix.map((row, i) => [...row, ...row.map((_, j) => (i === j ? 1 : 0))]);
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let r = column + 1; r < n; r++)
      if (Math.abs(rows[r][column]) > Math.abs(rows[pivot][column])) pivot = r;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    const scale = rows[column][column];
    rows[column] = rows[column].map((x) => x / scale);
    for (let r = 0; r < n; r++) {
      if (r === column) continue;
      const factor = rows[r][column];
      rows[r] = rows[r].map((x, j) => x - factor * rows[column][j]);
    }
  }
  return rows.map((row) => row.slice(n));
}
