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

/** What is kept of a curve: of each column of equal width the lowest and the highest point, in their order. */
interface Columns {
  readonly x: readonly number[];
  readonly size: number;
  readonly logX: boolean;
  readonly logY: boolean;
  readonly points: Point[];
  /** So many points of the curve are in `points`. */
  seen: number;
  /** The column that can still change: its number, its extremes, and how many points of `points` are its own. */
  column: number;
  low: number;
  high: number;
  open: number;
}

/** By the array of y. */
const known = new WeakMap<readonly number[], Columns>();

/**
 * The points that a line needs at this width: of every column of one to two pixels the lowest and the highest, in their order,
 * so that no peak is lost. Outside the range one neighbour on either side is kept, so that the line leaves the chart. What a
 * logarithmic axis cannot show is left out. `x` ascends. Both arrays may grow at their end and nowhere else: columns have the
 * same places however far the curve goes, until they are twice as wide, so that only what came is looked at. `grows` false:
 * other values may stand in the same arrays next time.
 */
export function decimate(x: readonly number[], y: readonly number[], view: View, grows = true): Point[] {
  const { min = -Infinity, max = Infinity, width, logX, logY } = view;
  let first = Math.max(0, indexFrom(x.length, (i) => x[i] >= min) - 1);
  let last = Math.min(
    x.length - 1,
    indexFrom(x.length, (i) => x[i] > max),
  );
  while (first <= last && !hasPlace(x[first], y[first], view)) first++;
  while (last > first && !hasPlace(x[last], y[last], view)) last--;
  const place = logX ? Math.log : (value: number) => value;
  const perPixel = (place(x[last]) - place(x[first])) / Math.max(1, width);
  if (last - first < 2 * width || !(perPixel > 0)) {
    const points: Point[] = [];
    for (let i = first; i <= last; i++) if (hasPlace(x[i], y[i], view)) points.push({ x: x[i], y: y[i] });
    return points;
  }
  const size = 2 ** Math.ceil(Math.log2(perPixel));
  let columns = grows ? known.get(y) : undefined;
  if (columns?.x !== x || columns.size !== size || columns.logX !== logX || columns.logY !== logY) {
    columns = { x, size, logX, logY, points: [], seen: 0, column: NaN, low: 0, high: 0, open: 0 };
    if (grows) known.set(y, columns);
  }
  continueColumns(columns, y, place);
  const { points } = columns;
  const from = indexFrom(points.length, (i) => points[i].x >= min);
  const to = indexFrom(points.length, (i) => points[i].x > max);
  return points.slice(Math.max(0, from - 1), to + 1);
}

function continueColumns(columns: Columns, y: readonly number[], place: (x: number) => number): void {
  const { x, size, points } = columns;
  const begin = () => {
    points.length -= columns.open;
    columns.open = 0;
  };
  const end = () => {
    if (Number.isNaN(columns.column)) return;
    const { low, high } = columns;
    const push = (i: number) => points.push({ x: x[i], y: y[i] });
    push(Math.min(low, high));
    if (low !== high) push(Math.max(low, high));
    columns.open = low === high ? 1 : 2;
  };
  begin();
  for (let i = columns.seen; i < x.length; i++) {
    if (!hasPlace(x[i], y[i], columns)) continue;
    const column = Math.floor(place(x[i]) / size);
    if (column !== columns.column) {
      end();
      columns.open = 0;
      columns.column = column;
      columns.low = columns.high = i;
    } else if (y[i] < y[columns.low]) columns.low = i;
    else if (y[i] > y[columns.high]) columns.high = i;
  }
  columns.seen = x.length;
  end();
}

function hasPlace(x: number, y: number, { logX, logY }: Pick<View, 'logX' | 'logY'>): boolean {
  return Number.isFinite(x) && Number.isFinite(y) && (!logX || x > 0) && (!logY || y > 0);
}

/** The first of `count` for which it is true, given that it is true of all that follow; `count` where it never is. */
function indexFrom(count: number, is: (i: number) => boolean): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (is(middle)) high = middle;
    else low = middle + 1;
  }
  return low;
}
