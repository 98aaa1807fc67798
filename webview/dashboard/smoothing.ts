interface Smoothed {
  readonly weight: number;
  readonly values: number[];
  average: number;
  bias: number;
}

/** By the array that is smoothed. */
const known = new WeakMap<readonly number[], Smoothed>();

/**
 * Exponential moving average without the bias towards zero at the start, as TensorBoard draws it: `weight` (0 to below 1)
 * is that of the past. Values that are not finite stay as they are and are left out of the average. `values` may grow at its
 * end and nowhere else: what is returned is then the same array, continued.
 */
export function smooth(values: readonly number[], weight: number): readonly number[] {
  if (weight === 0) return values;
  let state = known.get(values);
  if (state?.weight !== weight) {
    state = { weight, values: [], average: 0, bias: 1 };
    known.set(values, state);
  }
  for (let i = state.values.length; i < values.length; i++) {
    const value = values[i];
    if (!Number.isFinite(value)) {
      state.values.push(value);
      continue;
    }
    state.average = state.average * weight + (1 - weight) * value;
    state.bias *= weight;
    state.values.push(state.average / (1 - state.bias));
  }
  return state.values;
}
