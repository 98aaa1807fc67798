/** A duration in seconds as people say it, in about two digits and one unit: `0.16 s`, `90 s`, `12 min`, `1.5 h`. */
export function roughDuration(seconds: number): string {
  const [, size, unit] = UNITS.find(([least]) => seconds >= least)!;
  const value = seconds / size;
  return `${value >= 9.95 ? value.toFixed(0) : Number(value.toPrecision(2))} ${unit}`;
}

/** From how many seconds on a unit is said, and its size. */
const UNITS = [
  [3 * 86_400, 86_400, 'd'],
  [3570, 3600, 'h'],
  [99.5, 60, 'min'],
  [0, 1, 's'],
] as const;
