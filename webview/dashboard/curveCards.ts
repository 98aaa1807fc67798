import { h, setChildren } from '../shared/dom.ts';
import { hasString, say } from './strings.ts';
import { chartCard, type ChartCard } from './chartCard.ts';
import { curveChart, type CurveChart, type Range } from './curveChart.ts';
import { type Line, linesOf, type MeasuredSeries, runLabel, seedSets, seriesByQuantity } from './curves.ts';
import { dataTable } from './dataTable.ts';
import { formatValue } from './format.ts';
import type { Model, Page, Part } from './page.ts';
import { orderQuantities } from './quantities.ts';

interface Card extends ChartCard {
  chart?: CurveChart;
  /** What was drawn last, and how; compared part by part, so that a chart is drawn only when something of it changed. */
  drawn: readonly unknown[];
  settings: readonly unknown[];
  /** New points alone are not drawn before; a time of `performance.now`. */
  restsUntil: number;
  timer?: ReturnType<typeof setTimeout> | undefined;
}

/** Charts that need longer than this, in milliseconds, are spread over several frames: the page answers in between. */
const frameBudget = 12;

/** New points wait until a chart has rested so many times as long as it took to draw: a slow machine draws less often. */
const restPerDrawing = 8;
const longestRest = 2000;

/** One card per quantity of the selected runs. */
export function curveCards(page: Page): Part & { resetZoom(): void } {
  const cards = new Map<string, Card>();
  const grid = h('div', { class: 'cards' });
  let model: Model;
  let series = new Map<string, MeasuredSeries[]>();
  let waiting: string[] = [];
  let asked = false;
  // One for all charts, which share the axis.
  let range: Range;
  let rangeOf: readonly unknown[] = [];

  return {
    element: grid,
    update(next) {
      model = next;
      const { axis, logX } = model.ui;
      if (!sameParts(rangeOf, [axis, logX])) range = undefined;
      rangeOf = [axis, logX];
      series = seriesByQuantity(model.snapshot);
      const chosen = model.snapshot.runs.flatMap(({ metric }) => metric ?? []);
      const metrics = [...series.values()].flat().map(({ chunk }) => chunk.metric);
      const names = orderQuantities(metrics, chosen);
      for (const [name, card] of cards) {
        if (series.has(name)) continue;
        card.chart?.destroy();
        cards.delete(name);
      }
      setChildren(
        grid,
        names.map((name) => cardOf(name).element),
      );
      drawAll();
    },
    resetZoom: () => show(undefined),
  };

  function show(next: Range): void {
    range = next;
    drawAll();
  }

  function drawAll(): void {
    waiting = [...cards.keys()];
    drawWaiting();
  }

  function cardOf(name: string): Card {
    const known = cards.get(name);
    if (known) return known;
    const toggle = () => {
      const { tables } = model.ui;
      page.set({
        tables: tables.includes(name) ? tables.filter((other) => other !== name) : [...tables, name],
      });
    };
    const card: Card = { ...chartCard(() => draw(name), toggle), drawn: [], settings: [], restsUntil: 0 };
    card.setTitle(name);
    cards.set(name, card);
    return card;
  }

  function drawWaiting(): void {
    if (asked) return;
    const start = performance.now();
    while (waiting.length > 0 && performance.now() - start < frameBudget) draw(waiting.shift()!);
    if (waiting.length === 0) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      drawWaiting();
    });
  }

  function draw(name: string): void {
    const card = cards.get(name);
    if (!card?.visible()) return;
    const { ui, theme } = model;
    const measured = series.get(name) ?? [];
    const open = ui.tables.includes(name);
    const { axis, smoothing, groupSeeds, logX, logY, slots } = ui;
    const settings = [axis, smoothing, groupSeeds, logX, logY, slots, theme, open, range].concat(
      measured.flatMap(({ run, group }) => [run.key, run.seed, group?.label]) as never[],
    );
    const now = measured.map(({ chunk }) => chunk);
    if (sameParts(settings, card.settings)) {
      if (sameParts(now, card.drawn)) return;
      const rest = card.restsUntil - performance.now();
      if (rest > 0) return later(card, name, rest);
    }
    const start = performance.now();
    card.drawn = now;
    card.settings = settings;
    const lines = linesOf(measured, ui);
    card.chart ??= curveChart(card.canvas, show);
    card.chart.draw(lines, range, ui, theme);
    card.canvas.setAttribute('aria-label', spoken(name, lines, ui.axis));
    const drawable = lines.some(({ x, y }) =>
      y.some((value, i) => (!logY || value > 0) && (!logX || x[i] > 0)),
    );
    card.setNote(drawable ? '' : say('nothingToDraw'));
    card.setTable(open, () => tableOf(name, measured, groupSeeds));
    const took = performance.now() - start;
    card.restsUntil = performance.now() + Math.min(longestRest, restPerDrawing * took);
  }

  function later(card: Card, name: string, ms: number): void {
    if (card.timer !== undefined) return;
    card.timer = setTimeout(() => {
      card.timer = undefined;
      draw(name);
    }, ms);
  }
}

function sameParts(a: readonly unknown[], b: readonly unknown[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

function spoken(name: string, lines: readonly Line[], axis: Model['ui']['axis']): string {
  const last = lines
    .filter(({ role }) => role === 'main')
    .map((line) => say('lastValue', labelOf(line), formatValue(line.y.at(-1)), line.step.at(-1) ?? 0));
  return say('chartOf', name, say(axis), `${last.join('; ')}.`);
}

function tableOf(name: string, measured: readonly MeasuredSeries[], groupSeeds: boolean): Node {
  const means = groupSeeds ? seedSets(measured).filter(({ members }) => members.length > 1) : [];
  const { rows, total } = dataTable(
    measured.map(({ chunk }) => chunk),
    means.map(({ members }) => members.map((member) => measured.indexOf(member))),
  );
  const head = [say('step'), say('timeUnit'), say('epoch')].concat(
    measured.map(({ run, group, split }) => labelOf({ label: runLabel(run, group), split })),
    means.map(({ members: [{ group, split }] }) =>
      labelOf({ label: say('meanOf', group?.label ?? ''), split }),
    ),
  );
  const cells = (values: readonly (number | undefined)[]) =>
    values.map((value) => h('td', { class: 'number' }, value === undefined ? '' : `${value}`));
  const note = rows.length < total ? say('thinned', rows.length, total) : say('allRows');
  return h(
    'div',
    {},
    h('p', { class: 'muted note' }, note),
    h(
      'table',
      {},
      h('caption', { class: 'spoken' }, say('dataOf', name)),
      h(
        'thead',
        {},
        h('tr', {}, ...head.map((text) => h('th', { scope: 'col', class: 'number' }, h('bdi', {}, text)))),
      ),
      h(
        'tbody',
        {},
        ...rows.map(({ step, time, epoch, values, means }) =>
          h('tr', {}, ...cells([step, time, epoch, ...values, ...means])),
        ),
      ),
    ),
  );
}

function labelOf({ label, split }: Pick<Line, 'label' | 'split'>): string {
  return hasString(split) ? `${label}, ${say(split)}` : label;
}
