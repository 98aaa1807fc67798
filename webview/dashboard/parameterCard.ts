import { Chart, type ChartDataset } from 'chart.js';
import type { RunParameters } from '../../src/protocol/dashboard.ts';
import { h, setChildren } from '../shared/dom.ts';
import { hasString, say } from './strings.ts';
import { chartCard } from './chartCard.ts';
import { chartColors, registerCharts } from './charts.ts';
import { formatCount, formatSize, formatValue } from './format.ts';
import type { Model, Page, Part } from './page.ts';
import { type ParameterBars, parameterBars } from './parameterBars.ts';
import { css, seriesColor } from './theme.ts';

/** Its name among the open data tables; metrics have no colon. */
const tableName = 'parameters:';

/** What the selected groups train, layer by layer: a bar per group, stacked by method. */
export function parameterCard(page: Page): Part {
  let model: Model;
  let drawn: readonly unknown[] = [];
  let chart: Chart<'bar', number[]> | undefined;
  const toggle = () => {
    const { tables } = model.ui;
    const open = tables.includes(tableName);
    page.set({ tables: open ? tables.filter((name) => name !== tableName) : [...tables, tableName] });
  };
  const card = chartCard(draw, toggle);
  card.setTitle(say('parametersByLayer'));
  card.setNote('');
  const totals = h('ul', { class: 'legend' });
  card.element.children[0].after(totals);
  return {
    element: card.element,
    update(next) {
      model = next;
      draw();
    },
  };

  function draw(): void {
    if (!card.visible()) return;
    const { snapshot, ui, theme } = model;
    const open = ui.tables.includes(tableName);
    const now = [snapshot.parameters, snapshot.groups, snapshot.selected, ui.slots, theme, open];
    if (now.every((value, i) => value === drawn[i])) return;
    drawn = now;
    const byGroup = parametersByGroup(model);
    const bars = parameterBars(byGroup);
    const labels = new Map(snapshot.groups.map(({ key, label }) => [key, label]));
    const names = bars.places.map((place) =>
      typeof place === 'number' ? say('layer', place) : hasString(place) ? say(place) : place,
    );
    const stackLabel = (stack: ParameterBars['stacks'][number]) =>
      `${labels.get(stack.group) ?? ''}: ${hasString(stack.method) ? say(stack.method) : stack.method}`;
    const methods = [...new Set(bars.stacks.map(({ method }) => method))];
    registerCharts();
    chart ??= new Chart<'bar', number[]>(card.canvas, {
      type: 'bar',
      data: { datasets: [] },
      options: {
        animation: false,
        maintainAspectRatio: false,
        interaction: { mode: 'index', intersect: false },
        plugins: {
          tooltip: {
            filter: (item) => item.parsed.y !== 0,
            callbacks: { label: (item) => `${item.dataset.label ?? ''}: ${formatCount(item.parsed.y ?? 0)}` },
          },
        },
      },
    });
    chart.data.labels = names;
    chart.data.datasets = bars.stacks.map((stack): ChartDataset<'bar', number[]> => {
      const shade = methods.indexOf(stack.method);
      return {
        label: stackLabel(stack),
        stack: stack.group,
        data: [...stack.counts],
        backgroundColor: css(seriesColor(theme, ui.slots[stack.group] ?? 0, shade)),
        borderColor: css(theme.background),
        borderWidth: 1,
        maxBarThickness: 36,
      };
    });
    const { axis, tooltip } = chartColors(theme);
    const compact = (value: number | string) => formatSize(Number(value));
    chart.options.scales = {
      x: { ...axis, stacked: true, grid: { display: false } },
      y: { ...axis, stacked: true, ticks: { ...axis.ticks, callback: compact } },
    } as never;
    Object.assign(chart.options.plugins!.tooltip!, tooltip);
    chart.update('none');
    const items = [...byGroup].map(([key, { base, trained, head }]) => {
      const percent = formatValue((100 * trained) / base);
      const text = say('share', formatCount(trained), percent, formatSize(base), formatCount(head));
      const parts = bars.stacks.flatMap(({ group, method }) => {
        if (group !== key) return [];
        const square = h('span', { class: 'square', 'aria-hidden': 'true' });
        square.style.background = css(seriesColor(theme, ui.slots[key] ?? 0, methods.indexOf(method)));
        return [h('span', { class: 'method' }, square, hasString(method) ? say(method) : method)];
      });
      return h('li', {}, h('bdi', {}, labels.get(key) ?? ''), h('span', { class: 'muted' }, text), ...parts);
    });
    setChildren(totals, items);
    card.canvas.setAttribute(
      'aria-label',
      `${say('parametersByLayer')}. ${items.map((item) => item.textContent).join('; ')}`,
    );
    card.setTable(open, () => tableOf(bars, names, bars.stacks.map(stackLabel)));
  }
}

/** Of one selected run of each group: its runs train the same. */
function parametersByGroup({ snapshot }: Model): Map<string, RunParameters> {
  const ofRun = new Map(snapshot.parameters.map((parameters) => [parameters.run, parameters]));
  const selected = new Set(snapshot.selected);
  return new Map(
    snapshot.groups.flatMap(({ key, members }) => {
      const run = members.find((member) => selected.has(member) && ofRun.has(member));
      return run === undefined ? [] : [[key, ofRun.get(run)!] as const];
    }),
  );
}

function tableOf({ stacks }: ParameterBars, places: readonly string[], labels: readonly string[]): Node {
  const line = (name: string, counts: readonly number[]) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, name),
      ...counts.map((count) => h('td', { class: 'number' }, formatCount(count))),
    );
  const totals = stacks.map(({ counts }) => counts.reduce((sum, count) => sum + count, 0));
  const head = [say('place'), ...labels].map((text, i) =>
    h('th', { scope: 'col', class: i === 0 ? '' : 'number' }, h('bdi', {}, text)),
  );
  return h(
    'table',
    {},
    h('caption', { class: 'spoken' }, say('dataOf', say('parametersByLayer'))),
    h('thead', {}, h('tr', {}, ...head)),
    h(
      'tbody',
      {},
      ...places.map((place, i) =>
        line(
          place,
          stacks.map(({ counts }) => counts[i]),
        ),
      ),
      line(say('total'), totals),
    ),
  );
}
