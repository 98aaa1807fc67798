import { Chart, type ChartDataset, type ScaleOptionsByType } from 'chart.js';
import { hasString, say } from './strings.ts';
import { chartColors, type Readable, registerCharts } from './charts.ts';
import type { Line } from './curves.ts';
import { decimate, type Point, type View } from './decimate.ts';
import { formatValue } from './format.ts';
import { markerOf } from './palette.ts';
import { isEvaluated, isPoint } from './quantities.ts';
import { css, seriesColor, type Theme } from './theme.ts';
import type { UiState } from './uiState.ts';

/** The part of the horizontal axis that is shown; the whole where undefined. */
export type Range = { readonly min: number; readonly max: number } | undefined;

export interface CurveChart {
  draw(lines: readonly Line[], range: Range, ui: UiState, theme: Theme): void;
  destroy(): void;
}

/** `key` stays the same over updates. */
type Dataset = ChartDataset<'line', Point[]> & Readable & { readonly key: string };

/** A line has a mark at every point up to so many, then at so many places. */
const marksOfAll = 40;
const marksOfMany = 6;

/** From so many lines on, each is drawn with half the points: where they cover each other, nobody follows one by the pixel. */
const crowd = 12;

/** The least height of a linear axis, as a share of its values: less is what rounding leaves of a constant. */
const leastHeight = 0.01;

/** `onRange`: the user zoomed or panned it to this, or back to the whole. */
export function curveChart(canvas: HTMLCanvasElement, onRange: (range: Range) => void): CurveChart {
  registerCharts();
  // The same object for the same line: Chart.js keeps what it knows of it.
  const known = new Map<string, Dataset>();
  let latest: UiState;
  let painted: Theme;
  const moved = ({ chart: { scales } }: { chart: Chart }) =>
    onRange({ min: scales.x.min, max: scales.x.max });
  const chart = new Chart<'line', Point[]>(canvas, {
    type: 'line',
    data: { datasets: [] },
    options: {
      parsing: false,
      normalized: true,
      animation: false,
      maintainAspectRatio: false,
      interaction: { mode: 'ofEachLine', intersect: false },
      elements: { line: { tension: 0 }, point: { radius: 0 } },
      plugins: {
        tooltip: {
          itemSort: (a, b) => (b.parsed.y ?? 0) - (a.parsed.y ?? 0),
          callbacks: {
            title: (items) =>
              items.length > 0 ? `${say(latest.axis)} ${formatValue(items[0].parsed.x!)}` : '',
            label: (item) => `${item.dataset.label ?? ''}: ${formatValue(item.parsed.y!)}`,
          },
        },
        zoom: {
          zoom: {
            mode: 'x',
            drag: { enabled: true, threshold: 6 },
            wheel: { enabled: true, modifierKey: 'ctrl' },
            onZoomComplete: moved,
          },
          pan: { enabled: true, mode: 'x', modifierKey: 'shift', onPanComplete: moved },
        },
      },
    },
  });
  canvas.addEventListener('dblclick', () => onRange(undefined));

  function draw(lines: readonly Line[], range: Range, ui: UiState, theme: Theme): void {
    // Points keep the colours that they were made with.
    if (painted !== theme) known.clear();
    painted = theme;
    latest = ui;
    const view: View = {
      ...range,
      width: Math.max(200, chart.width) / (lines.length > crowd ? 2 : 1),
      logX: ui.logX,
      logY: ui.logY,
    };
    const datasets = lines.flatMap((line) => datasetsOf(line, view, theme));
    chart.data.datasets = datasets.map((dataset) => {
      const kept = known.get(dataset.key);
      if (kept) return Object.assign(kept, dataset);
      known.set(dataset.key, dataset);
      return dataset;
    });
    const { axis, tooltip, title } = chartColors(theme);
    const xTitle = { ...title, display: true, text: say(ui.axis === 'time' ? 'timeUnit' : ui.axis) };
    const written = (value: number | string) => formatValue(Number(value));
    const common = { ...axis, min: undefined, max: undefined };
    chart.options.scales = {
      x: {
        ...common,
        ...range,
        type: ui.logX ? 'logarithmic' : 'linear',
        title: xTitle,
        // Round numbers also where the zoomed range does not begin with one.
        bounds: range ? 'ticks' : 'data',
        beginAtZero: true,
        ticks: { ...axis.ticks, callback: written, includeBounds: range !== undefined },
      },
      y: {
        ...common,
        type: ui.logY ? 'logarithmic' : 'linear',
        ticks: { ...axis.ticks, callback: written },
        ...(!ui.logY && { afterDataLimits: heighten }),
      },
    } as unknown as Record<string, ScaleOptionsByType<'linear'>>;
    Object.assign(chart.options.plugins!.tooltip!, tooltip);
    const selection = css(theme.foreground, 0.1);
    Object.assign(chart.options.plugins!.zoom!.zoom!.drag!, {
      backgroundColor: selection,
      borderColor: css(theme.muted),
      borderWidth: 1,
    });
    chart.update('none');
  }

  return { draw, destroy: () => chart.destroy() };
}

/** So that a constant is a flat line. */
function heighten(scale: { min: number; max: number }): void {
  const least = leastHeight * Math.max(Math.abs(scale.min), Math.abs(scale.max));
  const lacking = least - (scale.max - scale.min);
  if (!(lacking > 0)) return;
  scale.min -= lacking / 2;
  scale.max += lacking / 2;
}

function datasetsOf(line: Line, view: View, theme: Theme): Dataset[] {
  const { x, y, deviation, split, slot, shade, role, key } = line;
  const color = seriesColor(theme, slot, shade);
  const name = isolated(line.label);
  const label = hasString(split) ? `${name}, ${say(split)}` : name;
  if (role === 'faint') {
    return [
      {
        key,
        label,
        data: decimate(x, y, { ...view, width: view.width / 2 }),
        borderColor: css(color, isEvaluated(split) ? 0.4 : 0.2),
        borderWidth: 1,
        borderDash: dashOf(split),
        order: 3,
        readable: false,
      },
    ];
  }
  // What is written of a mean changes with every seed that goes on.
  const points = decimate(x, y, view, deviation === undefined);
  const alone = points.length === 1;
  const mark = {
    pointStyle: markerOf(slot),
    pointRadius: alone ? 5 : 3.5,
    pointBorderColor: css(color),
    pointBackgroundColor: css(isEvaluated(split) ? theme.background : color),
    pointBorderWidth: 1.5,
  };
  if (isPoint(split)) {
    const filled = { ...mark, pointBackgroundColor: css(color), pointRadius: 5 };
    return [{ key, label, data: points, showLine: false, order: 0, readable: true, ...filled }];
  }
  const marked = isEvaluated(split) || alone ? points : [];
  const all = points.length <= marksOfAll;
  const marks: Dataset[] = [
    {
      key: `marks ${key}`,
      label,
      data: all ? marked : spread(points),
      showLine: false,
      order: 0,
      readable: false,
      ...mark,
    },
  ];
  return [
    {
      key,
      label,
      data: points,
      borderColor: css(color),
      borderWidth: 2,
      borderDash: dashOf(split),
      pointStyle: markerOf(slot),
      backgroundColor: css(color),
      order: 1,
      readable: true,
    },
    ...marks,
    ...(deviation ? bandOf(line, deviation, view, css(color, 0.16)) : []),
  ];
}

function bandOf({ x, y, key }: Line, deviation: readonly number[], view: View, color: string): Dataset[] {
  const edge = (sign: number) =>
    y.map((value, i) => {
      const at = value + sign * deviation[i];
      // A logarithmic axis has no place for it; the band then ends a decade below the mean.
      return view.logY && at <= 0 ? value / 10 : at;
    });
  const coarse = { ...view, width: view.width / 2 };
  const common = { borderWidth: 0, order: 2, readable: false, backgroundColor: color };
  return [
    { ...common, key: `high ${key}`, data: decimate(x, edge(1), coarse, false), fill: '+1' },
    { ...common, key: `low ${key}`, data: decimate(x, edge(-1), coarse, false), fill: false },
  ];
}

function dashOf(split: string): number[] {
  return isEvaluated(split) ? [6, 4] : [];
}

/** A few points at even distances, those of the ends left out. */
function spread(points: readonly Point[]): Point[] {
  const every = points.length / marksOfMany;
  return Array.from({ length: marksOfMany }, (_, i) => points[Math.floor((i + 0.5) * every)]);
}

/** Short enough for a tooltip, with the end, in which names of variants differ; its direction of writing kept to itself. */
function isolated(name: string): string {
  const letters = [...name];
  const short = `${letters.slice(0, 19).join('')}…${letters.slice(-20).join('')}`;
  return `\u2068${letters.length > 40 ? short : name}\u2069`;
}
