import { element, setChildren } from '../shared/element.ts';
import { hasString, say } from '../shared/strings.ts';
import { chartCard, type ChartCard } from './chartCard.ts';
import { curveChart, type CurveChart } from './curveChart.ts';
import { type Line, linesOf, type MeasuredSeries, runLabel, seriesByQuantity } from './curves.ts';
import { dataTable } from './dataTable.ts';
import { formatValue } from './format.ts';
import type { Model, Page, Part } from './page.ts';
import { orderQuantities } from './quantities.ts';

interface Card extends ChartCard {
  chart?: CurveChart;
  /** What was drawn last; compared part by part, so that a chart is drawn only when something of it changed. */
  drawn: readonly unknown[];
}

/** Charts that need longer than this, in milliseconds, are spread over several frames: the page answers in between. */
const frameBudget = 12;

/** One card per quantity of the selected runs. */
export function curveCards(page: Page): Part & { resetZoom(): void } {
  const cards = new Map<string, Card>();
  const grid = element('div', { class: 'cards' });
  let model: Model;
  let series = new Map<string, MeasuredSeries[]>();
  let waiting: string[] = [];
  let asked = false;

  return {
    element: grid,
    update(next) {
      model = next;
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
      waiting = names;
      drawWaiting();
    },
    resetZoom() {
      for (const { chart } of cards.values()) chart?.resetZoom();
    },
  };

  function cardOf(name: string): Card {
    const known = cards.get(name);
    if (known) return known;
    const toggle = () => {
      const { tables } = model.ui;
      page.set({
        tables: tables.includes(name) ? tables.filter((other) => other !== name) : [...tables, name],
      });
    };
    const card: Card = { ...chartCard(() => draw(name), toggle), drawn: [] };
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
    const now = [axis, smoothing, groupSeeds, logX, logY, slots, theme, open, measured.length].concat(
      measured.flatMap(({ chunk, run, group }) => [chunk, run.seed, group?.label]) as never[],
    );
    if (now.length === card.drawn.length && now.every((value, i) => value === card.drawn[i])) return;
    card.drawn = now;
    const lines = linesOf(measured, ui);
    card.chart ??= curveChart(card.canvas);
    card.chart.draw(lines, ui, theme);
    card.canvas.setAttribute('aria-label', spoken(name, lines, ui.axis));
    const drawable = lines.some(({ x, y }) =>
      y.some((value, i) => (!logY || value > 0) && (!logX || x[i] > 0)),
    );
    card.setNote(drawable ? '' : say('nothingToDraw'));
    card.setTable(open, () => tableOf(name, measured));
  }
}

function spoken(name: string, lines: readonly Line[], axis: Model['ui']['axis']): string {
  const last = lines
    .filter(({ role }) => role === 'main')
    .map((line) => say('lastValue', labelOf(line), formatValue(line.y.at(-1)), line.step.at(-1) ?? 0));
  return say('chartOf', name, say(axis), `${last.join('; ')}.`);
}

function tableOf(name: string, measured: readonly MeasuredSeries[]): Node {
  const { rows, total } = dataTable(measured.map(({ chunk }) => chunk));
  const head = [say('step'), say('timeUnit'), say('epoch')].concat(
    measured.map(({ run, group, split }) => labelOf({ label: runLabel(run, group), split })),
  );
  const cells = (values: readonly (number | undefined)[]) =>
    values.map((value) => element('td', { class: 'number' }, value === undefined ? '' : `${value}`));
  const note = rows.length < total ? say('thinned', rows.length, total) : say('allRows');
  return element(
    'div',
    {},
    element('p', { class: 'muted note' }, note),
    element(
      'table',
      {},
      element('caption', { class: 'spoken' }, say('dataOf', name)),
      element(
        'thead',
        {},
        element(
          'tr',
          {},
          ...head.map((text) => element('th', { scope: 'col', class: 'number' }, element('bdi', {}, text))),
        ),
      ),
      element(
        'tbody',
        {},
        ...rows.map(({ step, time, epoch, values }) =>
          element('tr', {}, ...cells([step, time, epoch, ...values])),
        ),
      ),
    ),
  );
}

function labelOf({ label, split }: Pick<Line, 'label' | 'split'>): string {
  return hasString(split) ? `${label}, ${say(split)}` : label;
}
