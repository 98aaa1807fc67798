import { h } from '../shared/dom.ts';
import { say } from './strings.ts';
import type { Page, Part } from './page.ts';
import { views, type View } from './uiState.ts';

/** Panels of which one is shown, chosen by tabs: arrow keys, Home and End go from one to the next. */
export function tabs(page: Page, panels: Readonly<Record<View, readonly Node[]>>): Part {
  const pairs = views.map((view) => {
    const ids = { tab: `tab-${view}`, panel: `panel-${view}` };
    const tab = h(
      'button',
      { type: 'button', role: 'tab', id: ids.tab, 'aria-controls': ids.panel, class: 'tab' },
      say(`${view}View`),
    );
    const panel = h(
      'div',
      { role: 'tabpanel', id: ids.panel, class: 'panel', 'aria-labelledby': ids.tab },
      ...panels[view],
    );
    tab.addEventListener('click', () => page.set({ view }));
    return { view, tab, panel };
  });
  const list = h('div', { class: 'tabs', role: 'tablist' }, ...pairs.map(({ tab }) => tab));
  list.addEventListener('keydown', (event) => {
    const now = pairs.findIndex(({ tab }) => tab === document.activeElement);
    const next = placeAfter(event.key, now, pairs.length);
    if (next === undefined) return;
    event.preventDefault();
    pairs[next].tab.focus();
    page.set({ view: pairs[next].view });
  });
  return {
    element: h('div', { class: 'results' }, list, ...pairs.map(({ panel }) => panel)),
    update({ ui }) {
      for (const { view, tab, panel } of pairs) {
        const isShown = ui.view === view;
        tab.setAttribute('aria-selected', `${isShown}`);
        tab.tabIndex = isShown ? 0 : -1;
        panel.hidden = !isShown;
      }
    },
  };
}

function placeAfter(key: string, now: number, count: number): number | undefined {
  if (key === 'ArrowRight') return (now + 1) % count;
  if (key === 'ArrowLeft') return (now + count - 1) % count;
  if (key === 'Home') return 0;
  return key === 'End' ? count - 1 : undefined;
}
