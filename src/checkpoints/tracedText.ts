/** A text as it was changed, and for each of its characters the code points of the original that it comes from: `starts` up to `ends`. */
export interface Traced {
  readonly units: readonly string[];
  readonly starts: readonly number[];
  readonly ends: readonly number[];
}

/** A text that was not changed. */
export function traceText(text: string): Traced {
  const units = Array.from(text);
  return { units, starts: units.map((_, i) => i), ends: units.map((_, i) => i + 1) };
}

export function joined({ units }: Traced): string {
  return units.join('');
}
