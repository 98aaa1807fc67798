import type { Curve } from './curves.ts';

const [WIDTH, HEIGHT] = [480, 220];
const PLOT = { left: 48, right: 432, top: 28, bottom: 192 };
const POINTS = 160;
/** An image does not know the theme: whoever asks for it says on which ground it lies. Each has a contrast of 4.5 and more. */
const COLORS = {
  light: { loss: '#1a6fb5', metric: '#965c00', text: '#616161' },
  dark: { loss: '#5aa9ea', metric: '#dfa030', text: '#a8a8a8' },
};
type Ground = keyof typeof COLORS;
type Colors = (typeof COLORS)[Ground];

/**
 * The loss curves (left axis) and one metric (right axis) over the steps, as an SVG document of less than 20 kB; undefined where there is
 * nothing to draw.
 */
export function curveSvg(
  losses: readonly Curve[],
  metric: Curve | undefined,
  ground: Ground,
): string | undefined {
  const colors = COLORS[ground];
  const curves = [...losses, ...(metric ? [metric] : [])].map(finite).filter(({ value }) => value.length > 0);
  if (curves.length === 0) return undefined;
  const steps = boundsOf(curves.flatMap(({ step }) => step));
  const onRight = (curve: Curve) => curve.metric === metric?.metric;
  const axes = [curves.filter((curve) => !onRight(curve)), curves.filter(onRight)];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" font-family="sans-serif" font-size="11">`,
    frame(colors),
    ...axes.flatMap((axis, i) =>
      axis.length > 0 ? axisLines(axis, { steps, colors, isRight: i === 1 }) : [],
    ),
    text(PLOT.left, PLOT.bottom + 18, 'start', colors.text, figure(steps.low)),
    text((PLOT.left + PLOT.right) / 2, PLOT.bottom + 18, 'middle', colors.text, 'step'),
    text(PLOT.right, PLOT.bottom + 18, 'end', colors.text, figure(steps.high)),
    '</svg>',
  ].join('');
}

interface Bounds {
  readonly low: number;
  readonly high: number;
}

function finite({ metric, step, value }: Curve): Curve {
  const kept = value.flatMap((one, i) => (Number.isFinite(one) ? i : []));
  return { metric, step: kept.map((i) => step[i]), value: kept.map((i) => value[i]) };
}

function boundsOf(values: readonly number[]): Bounds {
  const bounds = values.reduce(
    ({ low, high }, value) => ({ low: Math.min(low, value), high: Math.max(high, value) }),
    { low: Infinity, high: -Infinity },
  );
  return bounds.low < bounds.high ? bounds : { low: bounds.low - 0.5, high: bounds.high + 0.5 };
}

function frame(colors: Colors): string {
  const { left, right, top, bottom } = PLOT;
  return `<path d="M${left} ${top}V${bottom}H${right}V${top}" fill="none" stroke="${colors.text}" stroke-opacity=".5"/>`;
}

/** Curves that share an axis: the first one drawn through, others dashed. */
function axisLines(
  curves: readonly Curve[],
  { steps, colors, isRight }: { steps: Bounds; colors: Colors; isRight: boolean },
): string[] {
  const bounds = boundsOf(curves.flatMap(({ value }) => value));
  const color = isRight ? colors.metric : colors.loss;
  const [x, anchor] = isRight ? [PLOT.right + 4, 'start'] : [PLOT.left - 4, 'end'];
  const names = curves.map(({ metric }, i) => (i === 0 ? metric : `${metric} (dashed)`)).join(', ');
  return [
    ...curves.map((curve, i) => line(curve, steps, bounds, color, i > 0)),
    text(x, PLOT.top + 4, anchor, color, figure(bounds.high)),
    text(x, PLOT.bottom, anchor, color, figure(bounds.low)),
    text(isRight ? PLOT.right : PLOT.left, 14, isRight ? 'end' : 'start', color, names),
  ];
}

function line(curve: Curve, steps: Bounds, values: Bounds, color: string, isDashed: boolean): string {
  const { left, right, top, bottom } = PLOT;
  const at = (value: number, { low, high }: Bounds, from: number, to: number) =>
    (from + ((value - low) / (high - low)) * (to - from)).toFixed(1);
  const points = sampled(curve.value.length).map(
    (i) => `${at(curve.step[i], steps, left, right)},${at(curve.value[i], values, bottom, top)}`,
  );
  // A line of one point is drawn as its round cap.
  const drawn = points.length === 1 ? [points[0], points[0]] : points;
  const dash = isDashed ? ' stroke-dasharray="4 3"' : '';
  return `<polyline points="${drawn.join(' ')}" fill="none" stroke="${color}" stroke-width="1.5" stroke-linecap="round"${dash}/>`;
}

/** Indices of at most `POINTS` of so many points, the first and the last among them. */
function sampled(length: number): number[] {
  if (length <= POINTS) return Array.from({ length }, (_, i) => i);
  return Array.from({ length: POINTS }, (_, i) => Math.round((i * (length - 1)) / (POINTS - 1)));
}

function text(x: number, y: number, anchor: string, color: string, content: string): string {
  return `<text x="${x}" y="${y}" text-anchor="${anchor}" fill="${color}">${escaped(content)}</text>`;
}

const figure = (value: number) => String(Number(value.toPrecision(3)));

const escaped = (content: string) =>
  content
    .slice(0, 80)
    .replace(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, ' ')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;');
