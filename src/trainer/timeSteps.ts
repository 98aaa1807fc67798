import { median } from 'simple-statistics';

export interface Enough {
  /** So many steps at least. */
  readonly steps: number;
  /** Then as many as begin within this time. */
  readonly ms: number;
}

/** Median of the seconds that `step(i)` takes. The first ones, `warmups` of them, allocate and compile, and are not counted. */
export async function timeSteps(
  step: (i: number) => Promise<unknown>,
  enough: Enough,
  warmups = 1,
): Promise<number> {
  const times: number[] = [];
  const begun = performance.now();
  for (let i = 0; times.length < enough.steps || performance.now() - begun < enough.ms; i++) {
    const started = performance.now();
    await step(i);
    if (i >= warmups) times.push((performance.now() - started) / 1000);
  }
  return median(times);
}
