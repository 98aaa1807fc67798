import type { DashboardSnapshot, GroupRow, RunRow } from '../../src/protocol/dashboard.ts';
import { h, setChildren, setText } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';
import { say } from './strings.ts';
import { breakable } from './breakable.ts';
import { formatDuration, formatSize, formatSpread, formatValue } from './format.ts';
import type { Model, Page, Part } from './page.ts';
import { markerOf } from './palette.ts';
import { runActions } from './runActions.ts';
import { swatch } from './swatch.ts';
import { bestOf, type Column, columns, nameBesideRecipe, type TableGroup, tableRows } from './tableRows.ts';
import { css, seriesColor } from './theme.ts';

interface Row<T> {
  readonly element: HTMLTableRowElement;
  update(item: T, model: Model): void;
}

/** A run and the metric whose value it shows. */
interface TableRun {
  readonly run: RunRow;
  readonly metric?: string;
}

const numeric = new Set<Column>(['steps', 'best', 'rate', 'trained', 'elapsed']);

/** The runs by group, with a box each to select them; rows stay the same elements over updates. */
export function runsTable(page: Page): Part {
  const groupRows = new Map<string, Row<TableGroup>>();
  const runRows = new Map<string, Row<TableRun>>();
  const filter = h('input', {
    type: 'search',
    'aria-label': say('filter'),
    placeholder: say('filterHint'),
    oninput: () => page.set({ filter: filter.value }),
  });
  const headers = new Map(columns.map((column) => [column, headerOf(column, page)]));
  const [first, ...others] = [...headers.values()].map(({ cell }) => cell);
  const body = h('tbody');
  const actions =
    page.act && h('th', { scope: 'col', class: 'actions' }, h('span', { class: 'spoken' }, say('actions')));
  const table = h(
    'table',
    { class: 'runs-table' },
    h('caption', { class: 'spoken' }, say('runs')),
    h('thead', {}, h('tr', {}, first, actions, ...others)),
    body,
  );
  const none = h('p', { class: 'muted note' }, say('nothingMatches'));
  const scroll = h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': say('runs') }, table);
  const fold = h(
    'button',
    { type: 'button', class: 'quiet fold', 'aria-controls': 'runs', title: say('foldRuns') },
    say('runs'),
  );
  const part = h(
    'div',
    { class: 'runs' },
    h('div', { class: 'runs-head' }, h('h2', {}, fold, h('span', {}, say('runs'))), filter),
    h('div', { class: 'runs-body', id: 'runs' }, scroll, none),
  );
  let shown: Model | undefined;
  fold.addEventListener('click', () => {
    const closed = shown?.ui.closed ?? [];
    const others = closed.filter((name) => name !== 'runs');
    page.set({ closed: others.length === closed.length ? [...closed, 'runs'] : others });
  });
  return {
    element: part,
    update(model) {
      const { snapshot, ui, theme } = model;
      const before = shown;
      shown = model;
      if (before && before.ui === ui && before.theme === theme && sameRows(before.snapshot, snapshot)) return;
      const folded = ui.closed.includes('runs');
      part.classList.toggle('folded', folded);
      fold.setAttribute('aria-expanded', `${!folded}`);
      if (filter.value !== ui.filter) filter.value = ui.filter;
      const selected = new Set(snapshot.selected);
      const { groups, others } = tableRows(
        snapshot.runs,
        snapshot.groups,
        selected,
        ui.filter,
        ui.sort,
        snapshot.comparison?.metric,
      );
      const [metric, ...furtherMetrics] = new Set(groups.flatMap(({ metric }) => metric ?? []));
      for (const [column, header] of headers) {
        const one = column === 'best' && furtherMetrics.length === 0 ? metric : undefined;
        const text = one ?? say(column);
        if (header.label.textContent !== text) header.label.replaceChildren(...breakable(text));
        const state = ui.sort?.column !== column ? 'none' : ui.sort.descending ? 'descending' : 'ascending';
        header.cell.setAttribute('aria-sort', state);
      }
      const rows: HTMLTableRowElement[] = [];
      for (const entry of groups) {
        const row = kept(groupRows, entry.group.key, () => groupRow(page));
        row.update(entry, model);
        rows.push(row.element);
        for (const run of entry.runs) rows.push(updatedRun({ run, metric: entry.metric }, model));
      }
      for (const run of others) rows.push(updatedRun({ run }, model));
      setChildren(body, rows);
      none.hidden = rows.length > 0;
      scroll.hidden = rows.length === 0;
    },
  };

  function updatedRun(item: TableRun, model: Model): HTMLTableRowElement {
    const row = kept(runRows, item.run.key, () => runRow(page));
    row.update(item, model);
    return row.element;
  }
}

function sameRows(a: DashboardSnapshot, b: DashboardSnapshot): boolean {
  return (
    a.runs === b.runs &&
    a.groups === b.groups &&
    a.selected === b.selected &&
    a.parameters === b.parameters &&
    a.comparison?.metric === b.comparison?.metric
  );
}

function kept<T>(rows: Map<string, T>, key: string, make: () => T): T {
  const known = rows.get(key) ?? make();
  rows.set(key, known);
  return known;
}

function headerOf(column: Column, page: Page) {
  const label = h('span', {}, say(column));
  const arrow = h('span', { class: 'arrow', 'aria-hidden': 'true' });
  const cell = h('th', { scope: 'col', class: numeric.has(column) ? `number ${column}` : column });
  const button = h('button', { type: 'button', class: 'quiet' }, label, arrow);
  // Ascending, descending, then the order of creation again.
  button.addEventListener('click', () => {
    const now = cell.getAttribute('aria-sort');
    page.set({ sort: now === 'descending' ? undefined : { column, descending: now === 'ascending' } });
  });
  cell.append(button);
  return { cell, label };
}

function checkbox(onChange: (checked: boolean) => void): HTMLInputElement {
  const box = h('input', { type: 'checkbox', onchange: () => onChange(box.checked) });
  return box;
}

function cellsOf(page: Page) {
  const cells = Object.fromEntries(
    columns
      .slice(1)
      .map((column) => [column, h('td', { class: numeric.has(column) ? `number ${column}` : column })]),
  ) as Record<Exclude<Column, 'run'>, HTMLTableCellElement>;
  const actions = page.act && h('td', { class: 'actions' });
  return { cells, actions };
}

function groupRow(page: Page): Row<TableGroup> {
  let shown: { group: GroupRow; model: Model } | undefined;
  const box = checkbox((checked) => {
    const { group, model } = shown!;
    const others = model.snapshot.selected.filter((key) => !group.members.includes(key));
    page.select(checked ? [...others, ...group.members] : others);
  });
  const mark = h('span', { class: 'mark' });
  const name = h('bdi', { class: 'name' });
  const recipe = h('bdi', { class: 'muted recipe' });
  const label = h('label', {}, box, mark, h('span', { class: 'names' }, name, recipe));
  const { cells, actions } = cellsOf(page);
  const row = h(
    'tr',
    { class: 'group-row' },
    h('th', { scope: 'row' }, label),
    actions,
    ...Object.values(cells),
  );
  let drawn = '';
  return {
    element: row,
    update({ group, checked, metric, runs }, model) {
      shown = { group, model };
      box.checked = checked === 'all';
      box.indeterminate = checked === 'some';
      box.setAttribute('aria-label', say('showGroup', group.label));
      const slot = model.ui.slots[group.key] ?? 0;
      const color = css(seriesColor(model.theme, slot));
      const now = `${slot} ${color}`;
      if (now !== drawn) mark.replaceChildren(swatch(color, 'solid', markerOf(slot)));
      drawn = now;
      setText(name, nameBesideRecipe(group));
      setText(recipe, group.recipe === group.label ? '' : group.recipe);
      setText(cells.status, say('finishedOf', group.finished, group.members.length));
      const spread = metric === undefined ? undefined : group.metrics[metric];
      setText(cells.best, spread ? formatSpread(spread.mean, spread.standardDeviation) : '');
      if (metric !== undefined) cells.best.title = say('spreadOf', metric);
      const trained = runs.find((run) => run.summary)?.summary?.parameters.trained;
      setText(cells.trained, formatSize(trained));
    },
  };
}

function runRow(page: Page): Row<TableRun> {
  let shown: { run: RunRow; model: Model } | undefined;
  const box = checkbox((checked) => {
    const { run, model } = shown!;
    const others = model.snapshot.selected.filter((key) => key !== run.key);
    page.select(checked ? [...others, run.key] : others);
  });
  const name = h('bdi', { class: 'name' });
  const problem = h('bdi', { class: 'problem' });
  const label = h('label', {}, box, h('span', { class: 'names' }, name, problem));
  const { cells, actions } = cellsOf(page);
  const buttons = page.act && runActions(page.act, box);
  if (actions && buttons) actions.append(buttons.element);
  const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
  const steps = h('span');
  cells.steps.append(steps, bar);
  const sign = h('span', { class: 'sign' });
  const status = h('span', { class: 'status-text' });
  cells.status.append(h('span', { class: 'status-line' }, sign, status));
  const row = h(
    'tr',
    { class: 'run-row' },
    h('th', { scope: 'row' }, label),
    actions,
    ...Object.values(cells),
  );
  let drawn: RunRow['status'] | undefined;
  return {
    element: row,
    update({ run, metric }, model) {
      shown = { run, model };
      const readable = run.status !== 'unreadable';
      box.checked = model.snapshot.selected.includes(run.key);
      box.disabled = !readable;
      const title = readable && run.seed !== undefined ? say('seed', run.seed) : run.id;
      setText(name, title);
      name.title = run.id;
      box.setAttribute('aria-label', say('show', readable ? `${run.variant ?? ''} ${title}` : run.id));
      setText(problem, run.problem ?? '');
      problem.title = run.problem ?? '';
      if (drawn !== run.status) {
        sign.replaceChildren(icon(run.status));
        cells.status.dataset.status = drawn = run.status;
      }
      setText(status, statusText(run));
      cells.status.title = status.textContent;
      const { progress, summary } = run;
      setText(steps, progress ? say('ofSteps', progress.step, progress.totalSteps) : '');
      bar.hidden = progress === undefined || run.status !== 'running';
      if (progress) bar.style.setProperty('--share', `${progress.step / Math.max(1, progress.totalSteps)}`);
      setText(cells.best, formatValue(bestOf(run, metric)));
      setText(cells.rate, formatValue(summary?.samplesPerSecond));
      const declared = model.snapshot.parameters.find((parameters) => parameters.run === run.key);
      setText(cells.trained, formatSize(summary?.parameters.trained ?? declared?.trained));
      setText(cells.elapsed, formatDuration(run.elapsedMs));
      buttons?.update(run);
    },
  };
}

function statusText({ status, isStranded, phase }: RunRow): string {
  if (isStranded) return say('stranded');
  return say(status === 'running' && phase ? phase : status);
}
