export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface View {
  /** Range that is shown; the whole curve where absent. */
  readonly min?: number;
  readonly max?: number;
  /** Pixels. */
  readonly width: number;
  readonly logX: boolean;
  readonly logY: boolean;
}

/**
 * The points that a line needs at this width: of every pixel column the lowest and the highest, in their order, so that no
 * peak is lost. Outside the range one neighbour on either side is kept, so that the line leaves the chart. What a logarithmic
 * axis cannot show is left out.
 */
export function decimate(x: readonly number[], y: readonly number[], view: View): Point[] {
  const shown = (i: number) =>
    Number.isFinite(x[i]) && Number.isFinite(y[i]) && (!view.logX || x[i] > 0) && (!view.logY || y[i] > 0);
  const place = view.logX ? Math.log : (value: number) => value;
  let first = 0;
  let last = x.length - 1;
  if (view.min !== undefined) while (first < last && x[first + 1] < view.min) first++;
  if (view.max !== undefined) while (last > first && x[last - 1] > view.max) last--;
  while (first <= last && !shown(first)) first++;
  while (last > first && !shown(last)) last--;
  const start = place(x[first]);
  const perPixel = (place(x[last]) - start) / Math.max(1, view.width);
  const points: Point[] = [];
  const push = (i: number) => points.push({ x: x[i], y: y[i] });
  const everything = last - first < 2 * view.width || !(perPixel > 0);
  let column = -1;
  let low = -1;
  let high = -1;
  const flush = () => {
    if (low < 0) return;
    push(Math.min(low, high));
    if (low !== high) push(Math.max(low, high));
  };
  for (let i = first; i <= last; i++) {
    if (!shown(i)) continue;
    if (everything) {
      push(i);
      continue;
    }
    const at = Math.floor((place(x[i]) - start) / perPixel);
    if (at !== column) {
      flush();
      column = at;
      low = high = i;
    } else if (y[i] < y[low]) low = i;
    else if (y[i] > y[high]) high = i;
  }
  flush();
  return points;
}
