import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  Filler,
  Interaction,
  type InteractionItem,
  type InteractionModeFunction,
  LineController,
  LineElement,
  LinearScale,
  LogarithmicScale,
  PointElement,
  Tooltip,
} from 'chart.js';
import zoom from 'chartjs-plugin-zoom';
import type { Theme } from './theme.ts';
import { css } from './theme.ts';

declare module 'chart.js' {
  interface InteractionModeMap {
    ofEachLine: InteractionModeFunction;
  }
}

/** Of a dataset: whether the pointer finds it. */
export interface Readable {
  readonly readable?: boolean;
}

/** How far from the pointer, in pixels along the axis, a point is still meant; and how many lines a tooltip can hold. */
const reach = 40;
const longest = 10;

/** Of each line the point nearest along the axis; of too many lines those nearest to the pointer. */
const ofEachLine: InteractionModeFunction = (chart, event) => {
  const { x, y } = event as { x: number; y: number };
  if (!insideOf(chart, x, y)) return [];
  const items = chart.getSortedVisibleDatasetMetas().flatMap((meta): InteractionItem[] => {
    if (!(chart.data.datasets[meta.index] as Readable).readable) return [];
    const index = nearest(meta.data, x);
    const found = meta.data[index];
    return found && Math.abs(found.x - x) <= reach
      ? [{ element: found, datasetIndex: meta.index, index }]
      : [];
  });
  items.sort((a, b) => Math.abs(a.element.y - y) - Math.abs(b.element.y - y));
  return items.slice(0, longest);
};

let registered = false;

/** The parts of Chart.js that these pages use. */
export function registerCharts(): void {
  if (registered) return;
  registered = true;
  Chart.register(
    BarController,
    BarElement,
    CategoryScale,
    Filler,
    LineController,
    LineElement,
    LinearScale,
    LogarithmicScale,
    PointElement,
    Tooltip,
    zoom,
  );
  Interaction.modes.ofEachLine = ofEachLine;
}

/** Fonts and colours of axes and tooltips, the same in all charts. */
export function chartColors(theme: Theme) {
  const font = theme.font;
  const axis = {
    grid: { color: theme.grid, tickColor: theme.grid },
    border: { color: theme.grid },
    ticks: { color: css(theme.muted), font, maxRotation: 0, autoSkipPadding: 12 },
  };
  const tooltip = {
    backgroundColor: css(theme.background, 0.96),
    borderColor: theme.border,
    borderWidth: 1,
    titleColor: css(theme.foreground),
    bodyColor: css(theme.foreground),
    titleFont: font,
    bodyFont: font,
    cornerRadius: 3,
    usePointStyle: true,
    boxPadding: 4,
  };
  return { axis, tooltip, title: { color: css(theme.muted), font } };
}

function insideOf({ chartArea: area }: Chart, x: number, y: number): boolean {
  return x >= area.left && x <= area.right && y >= area.top && y <= area.bottom;
}

/** Points are in order of x. */
function nearest(points: readonly { readonly x: number }[], x: number): number {
  let low = 0;
  let high = points.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (points[middle].x < x) low = middle + 1;
    else high = middle;
  }
  return low > 0 && x - points[low - 1].x < points[low].x - x ? low - 1 : low;
}
