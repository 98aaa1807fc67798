import { bisect } from 'simple-statistics';

/**
 * The two-sided critical value of Student's t distribution: |T| stays below it with probability `confidence`.
 * `degreesOfFreedom` is an integer of at least 1.
 */
export function tCritical(confidence: number, degreesOfFreedom: number): number {
  const angle = bisect(
    (theta) => probabilityWithin(theta, degreesOfFreedom) - confidence,
    0,
    Math.PI / 2,
    100,
    1e-15,
  );
  return Math.sqrt(degreesOfFreedom) * Math.tan(angle);
}

/**
 * P(|T| < t) with theta = arctan(t / sqrt(df)): the finite series of Abramowitz and Stegun, Handbook of Mathematical
 * Functions, 26.7.3 (odd df) and 26.7.4 (even df).
 */
function probabilityWithin(theta: number, degreesOfFreedom: number): number {
  const isOdd = degreesOfFreedom % 2 === 1;
  const cosine = Math.cos(theta);
  let term = isOdd ? cosine : 1;
  let sum = 0;
  for (let i = isOdd ? 3 : 2; i <= degreesOfFreedom; i += 2) {
    sum += term;
    term *= ((i - 1) / i) * cosine * cosine;
  }
  const series = Math.sin(theta) * sum;
  return isOdd ? (2 / Math.PI) * (theta + series) : series;
}
