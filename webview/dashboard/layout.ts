import { h, setText } from '../shared/dom.ts';
import { say } from './strings.ts';
import { announcer } from './announcer.ts';
import { comparisonTable } from './comparisonTable.ts';
import { curveCards } from './curveCards.ts';
import { predictionsPart } from './evaluation/predictionsPart.ts';
import { legend } from './legend.ts';
import type { Model, Page, Part } from './page.ts';
import { parameterCard } from './parameterCard.ts';
import { runsTable } from './runsTable.ts';
import { tabs } from './tabs.ts';
import { toolbar } from './toolbar.ts';

/** The whole page: runs beside what the selected ones measured, or a welcome where there are none. */
export function layout(page: Page): Part {
  const table = runsTable(page);
  const cards = curveCards(page);
  const tools = toolbar(page, cards.resetZoom);
  const key = legend();
  const comparison = comparisonTable();
  const parameters = parameterCard(page);
  const news = announcer();
  const hint = h('p', { class: 'muted note' });
  const limited = h('p', { class: 'note', role: 'status' });
  const sections = [
    section(
      'curves',
      h('div', { class: 'sticky' }, tools.element, key.element),
      limited,
      hint,
      cards.element,
    ),
    section('comparison', comparison.element),
    section('parameters', h('div', { class: 'cards wide' }, parameters.element)),
  ];
  const welcome = h(
    'main',
    { class: 'welcome' },
    h('h1', {}, say('welcomeTitle')),
    h('p', { class: 'muted' }, say('welcome')),
  );
  const training = sections.map(({ element }) => element);
  // Predictions stay in files, which a page that is itself a file does not read.
  const predictions = page.ask && predictionsPart(page);
  const panels = predictions && tabs(page, { training, predictions: [predictions.element] });
  const results =
    panels?.element ?? h('div', { class: 'results' }, h('div', { class: 'panel' }, ...training));
  const main = h(
    'main',
    { class: 'dashboard' },
    h('h1', { class: 'spoken' }, say('title')),
    table.element,
    results,
  );
  const parts = [table, tools, key, comparison, cards, parameters, panels, predictions];
  // Nothing is shown before it is known whether there are runs.
  const root = h('div', { class: 'page', hidden: true }, main, welcome, news.element);
  let before: Model | undefined;
  return {
    element: root,
    update(model) {
      const { snapshot, ui } = model;
      const { selectedInAll } = snapshot;
      const empty = snapshot.runs.length === 0;
      root.hidden = false;
      main.hidden = empty;
      welcome.hidden = !empty;
      const selected = new Set(snapshot.selected);
      const measured = snapshot.series.some(({ run }) => selected.has(run));
      hint.textContent = measured ? '' : say(selected.size === 0 ? 'selectHint' : 'waiting');
      hint.hidden = measured;
      limited.hidden = selectedInAll === undefined;
      const tell = selectedInAll === undefined ? '' : say('limited', selected.size, selectedInAll);
      setText(limited, tell);
      const [, compared, trained] = sections;
      for (const { element, name } of sections) element.open = !ui.closed.includes(name);
      compared.element.hidden = snapshot.comparison === undefined;
      trained.element.hidden = !snapshot.parameters.some(({ run }) => selected.has(run));
      for (const part of parts) part?.update(model);
      if (before) news.compare(before.snapshot.runs, snapshot.runs);
      before = model;
    },
  };

  function section(name: 'curves' | 'comparison' | 'parameters', ...children: Node[]) {
    const heading = h('h2', {}, say(name));
    const details = h('details', { class: 'section', open: true }, h('summary', {}, heading), ...children);
    details.addEventListener('toggle', () => {
      const closed = (before?.ui.closed ?? []).filter((other) => other !== name);
      const now = details.open ? closed : [...closed, name];
      if (before && now.length !== before.ui.closed.length) page.set({ closed: now });
    });
    return { element: details, name };
  }
}
