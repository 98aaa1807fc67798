import type { DashboardSnapshot, GroupRow, RunRow } from '../../src/protocol/dashboard.ts';
import { element, setChildren, setText } from '../shared/element.ts';
import { icon } from '../shared/icons.ts';
import { say } from '../shared/strings.ts';
import { formatDuration, formatSize, formatSpread, formatValue } from './format.ts';
import type { Model, Page, Part } from './page.ts';
import { colorCount, markerOf } from './palette.ts';
import { runActions } from './runActions.ts';
import { quantityOf } from './quantities.ts';
import { slotColor, swatch } from './swatch.ts';
import { bestOf, type Column, columns, type TableGroup, tableRows } from './tableRows.ts';

interface Row<T> {
  readonly element: HTMLTableRowElement;
  update(item: T, model: Model): void;
}

const numeric = new Set<Column>(['steps', 'best', 'rate', 'trained', 'elapsed']);

/** The runs by group, with a box each to select them; rows stay the same elements over updates. */
export function runsTable(page: Page): Part {
  const groupRows = new Map<string, Row<TableGroup>>();
  const runRows = new Map<string, Row<RunRow>>();
  const filter = element('input', {
    type: 'search',
    'aria-label': say('filter'),
    placeholder: say('filterHint'),
    oninput: () => page.set({ filter: filter.value }),
  });
  const headers = new Map(columns.map((column) => [column, headerOf(column, page)]));
  const [first, ...others] = [...headers.values()].map(({ cell }) => cell);
  const body = element('tbody');
  const actions =
    page.act &&
    element('th', { scope: 'col', class: 'actions' }, element('span', { class: 'spoken' }, say('actions')));
  const table = element(
    'table',
    { class: 'runs-table' },
    element('caption', { class: 'spoken' }, say('runs')),
    element('thead', {}, element('tr', {}, first, actions, ...others)),
    body,
  );
  const none = element('p', { class: 'muted note' }, say('nothingMatches'));
  const scroll = element(
    'div',
    { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': say('runs') },
    table,
  );
  const fold = element(
    'button',
    { type: 'button', class: 'quiet fold', 'aria-controls': 'runs', title: say('foldRuns') },
    say('runs'),
  );
  const part = element(
    'div',
    { class: 'runs' },
    element('div', { class: 'runs-head' }, element('h2', {}, fold, element('span', {}, say('runs'))), filter),
    element('div', { class: 'runs-body', id: 'runs' }, scroll, none),
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
      const { snapshot, ui } = model;
      const before = shown;
      shown = model;
      if (before && before.ui === ui && sameRows(before.snapshot, snapshot)) return;
      const folded = ui.closed.includes('runs');
      part.classList.toggle('folded', folded);
      fold.setAttribute('aria-expanded', `${!folded}`);
      if (filter.value !== ui.filter) filter.value = ui.filter;
      const selected = new Set(snapshot.selected);
      const { groups, others } = tableRows(snapshot.runs, snapshot.groups, selected, ui.filter, ui.sort);
      const metrics = new Set(groups.flatMap(({ metric }) => metric ?? []));
      for (const [column, header] of headers) {
        const one = column === 'best' && metrics.size === 1;
        setText(header.label, one ? say('bestOf', quantityOf([...metrics][0]).name) : say(column));
        const state = ui.sort?.column !== column ? 'none' : ui.sort.descending ? 'descending' : 'ascending';
        header.cell.setAttribute('aria-sort', state);
      }
      const rows: HTMLTableRowElement[] = [];
      for (const entry of groups) {
        const row = kept(groupRows, entry.group.key, () => groupRow(page));
        row.update(entry, model);
        rows.push(row.element);
        for (const run of entry.runs) rows.push(updatedRun(run, model));
      }
      for (const run of others) rows.push(updatedRun(run, model));
      setChildren(body, rows);
      none.hidden = rows.length > 0;
      scroll.hidden = rows.length === 0;
    },
  };

  function updatedRun(run: RunRow, model: Model): HTMLTableRowElement {
    const row = kept(runRows, run.key, () => runRow(page));
    row.update(run, model);
    return row.element;
  }
}

function sameRows(a: DashboardSnapshot, b: DashboardSnapshot): boolean {
  return (
    a.runs === b.runs && a.groups === b.groups && a.selected === b.selected && a.parameters === b.parameters
  );
}

function kept<T>(rows: Map<string, T>, key: string, make: () => T): T {
  const known = rows.get(key) ?? make();
  rows.set(key, known);
  return known;
}

function headerOf(column: Column, page: Page) {
  const label = element('span', {}, say(column));
  const arrow = element('span', { class: 'arrow', 'aria-hidden': 'true' });
  const cell = element('th', { scope: 'col', class: numeric.has(column) ? `number ${column}` : column });
  const button = element('button', { type: 'button', class: 'quiet' }, label, arrow);
  // Ascending, descending, then the order of creation again.
  button.addEventListener('click', () => {
    const now = cell.getAttribute('aria-sort');
    page.set({ sort: now === 'descending' ? undefined : { column, descending: now === 'ascending' } });
  });
  cell.append(button);
  return { cell, label };
}

function checkbox(onChange: (checked: boolean) => void): HTMLInputElement {
  const box = element('input', { type: 'checkbox', onchange: () => onChange(box.checked) });
  return box;
}

function cellsOf(page: Page) {
  const cells = Object.fromEntries(
    columns
      .slice(1)
      .map((column) => [column, element('td', { class: numeric.has(column) ? `number ${column}` : column })]),
  ) as Record<Exclude<Column, 'run'>, HTMLTableCellElement>;
  const actions = page.act && element('td', { class: 'actions' });
  return { cells, actions };
}

function groupRow(page: Page): Row<TableGroup> {
  let shown: { group: GroupRow; model: Model } | undefined;
  const box = checkbox((checked) => {
    const { group, model } = shown!;
    const others = model.snapshot.selected.filter((key) => !group.members.includes(key));
    page.select(checked ? [...others, ...group.members] : others);
  });
  const mark = element('span', { class: 'mark' });
  const name = element('bdi', { class: 'name' });
  const recipe = element('bdi', { class: 'muted recipe' });
  const label = element('label', {}, box, mark, element('span', { class: 'names' }, name, recipe));
  const { cells, actions } = cellsOf(page);
  const row = element(
    'tr',
    { class: 'group-row' },
    element('th', { scope: 'row' }, label),
    actions,
    ...Object.values(cells),
  );
  let slot = -1;
  return {
    element: row,
    update({ group, checked, metric, runs }, model) {
      shown = { group, model };
      box.checked = checked === 'all';
      box.indeterminate = checked === 'some';
      box.setAttribute('aria-label', say('showGroup', group.label));
      const now = model.ui.slots[group.key] ?? 0;
      if (now !== slot) mark.replaceChildren(swatch(slotColor(now, colorCount), markerOf(now)));
      slot = now;
      setText(name, group.label);
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

function runRow(page: Page): Row<RunRow> {
  let shown: { run: RunRow; model: Model } | undefined;
  const box = checkbox((checked) => {
    const { run, model } = shown!;
    const others = model.snapshot.selected.filter((key) => key !== run.key);
    page.select(checked ? [...others, run.key] : others);
  });
  const name = element('bdi', { class: 'name' });
  const problem = element('bdi', { class: 'problem' });
  const label = element('label', {}, box, element('span', { class: 'names' }, name, problem));
  const { cells, actions } = cellsOf(page);
  const buttons = page.act && runActions(page.act);
  if (actions && buttons) actions.append(buttons.element);
  const bar = element('span', { class: 'bar', 'aria-hidden': 'true' });
  const steps = element('span');
  cells.steps.append(steps, bar);
  const sign = element('span', { class: 'sign' });
  const status = element('span', { class: 'status-text' });
  cells.status.append(element('span', { class: 'status-line' }, sign, status));
  const row = element(
    'tr',
    { class: 'run-row' },
    element('th', { scope: 'row' }, label),
    actions,
    ...Object.values(cells),
  );
  let drawn: RunRow['status'] | undefined;
  return {
    element: row,
    update(run, model) {
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
      setText(status, run.status === 'running' && run.phase ? say(run.phase) : say(run.status));
      cells.status.title = status.textContent;
      const { progress, summary } = run;
      setText(steps, progress ? say('ofSteps', progress.step, progress.totalSteps) : '');
      bar.hidden = progress === undefined || run.status !== 'running';
      if (progress) bar.style.setProperty('--share', `${progress.step / Math.max(1, progress.totalSteps)}`);
      setText(cells.best, formatValue(bestOf(run)));
      setText(cells.rate, formatValue(summary?.samplesPerSecond));
      const declared = model.snapshot.parameters.find((parameters) => parameters.run === run.key);
      setText(cells.trained, formatSize(summary?.parameters.trained ?? declared?.trained));
      setText(cells.elapsed, formatDuration(run.elapsedMs));
      buttons?.update(run);
    },
  };
}
