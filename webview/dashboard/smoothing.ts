/**
 * Exponential moving average without the bias towards zero at the start, as TensorBoard draws it: `weight` (0 to below 1)
 * is that of the past. Values that are not finite stay as they are and are left out of the average.
 */
export function smooth(values: readonly number[], weight: number): readonly number[] {
  if (weight === 0) return values;
  let average = 0;
  let bias = 1;
  return values.map((value) => {
    if (!Number.isFinite(value)) return value;
    average = average * weight + (1 - weight) * value;
    bias *= weight;
    return average / (1 - bias);
  });
}
