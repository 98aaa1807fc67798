import { expect } from 'vitest';
import type { StepsAnswer } from './tunedModel.ts';

/** Numbers in any nesting, as JSON has them, or a tensor's data. */
type Numbers = ArrayLike<number> | readonly Numbers[];

/** The project's tolerance for what another implementation computes in float32. */
export const TOLERANCE = 1e-5;

/** Largest |found - expected| in units of max(1, largest |expected|); NaN where one is NaN. */
export function difference(found: Numbers, expected: Numbers): number {
  const [a, b] = sameLength(found, expected);
  return largest(b.map((x, i) => a[i] - x)) / Math.max(1, largest(b));
}

/** Largest |found - expected| / |expected|; NaN where one is NaN. */
export function relativeDifference(found: Numbers, expected: Numbers): number {
  const [a, b] = sameLength(found, expected);
  return largest(b.map((x, i) => (a[i] - x) / x));
}

export function expectClose(what: string, found: Numbers, expected: Numbers, tolerance = TOLERANCE): void {
  expectAtMost(`${what}: max difference`, difference(found, expected), tolerance);
}

function expectRelativelyClose(what: string, found: Numbers, expected: Numbers, tolerance = TOLERANCE): void {
  expectAtMost(`${what}: max relative difference`, relativeDifference(found, expected), tolerance);
}

/** Same losses, gradient norms, rates and trained tensors after a training whose loss moves. */
export function expectSameTraining(found: StepsAnswer, expected: StepsAnswer): void {
  const { losses, grad_norms, learning_rates, tensors } = expected;
  expect(Math.max(...losses) - Math.min(...losses), 'how far the loss moves').toBeGreaterThan(0.2);
  expectRelativelyClose('losses', found.losses, losses);
  expectRelativelyClose('gradient norms', found.grad_norms, grad_norms);
  expectClose('learning rates', found.learning_rates, learning_rates, 1e-12);
  expect(Object.keys(found.tensors).sort()).toEqual(Object.keys(tensors).sort());
  for (const [name, values] of Object.entries(tensors)) expectClose(name, found.tensors[name], values);
}

function expectAtMost(what: string, value: number, limit: number): void {
  expect(value, `${what} ${value.toExponential(2)}, allowed ${limit.toExponential(0)}`).toBeLessThanOrEqual(
    limit,
  );
}

function largest(numbers: readonly number[]): number {
  return numbers.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
}

function sameLength(found: Numbers, expected: Numbers): [number[], number[]] {
  const [a, b] = [flat(found), flat(expected)];
  expect(a.length, 'number of elements').toBe(b.length);
  return [a, b];
}

function flat(numbers: Numbers): number[] {
  return Array.from(numbers as ArrayLike<number | Numbers>).flatMap((x) =>
    typeof x === 'number' ? x : flat(x),
  );
}
