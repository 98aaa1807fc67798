import type { Difference } from './compare.ts';

/** `+0.0030 [-0.0050, +0.0110], n = 5`: the mean with its 95 % interval. */
export function differenceText({ n, mean, interval }: Difference): string {
  const signed = (value: number) => `${value < 0 ? '-' : '+'}${Math.abs(value).toFixed(4)}`;
  return (
    signed(mean) + (interval === undefined ? '' : ` [${interval.map(signed).join(', ')}]`) + `, n = ${n}`
  );
}
