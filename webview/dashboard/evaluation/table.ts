import { h } from '../../shared/dom.ts';
import { gridKeys } from '../../shared/gridKeys.ts';

/** A table that scrolls by itself where it is too large; arrow keys go through what can be pressed in it, which is one stop of Tab. */
export function figureTable(
  caption: string,
  head: readonly { readonly text: string; readonly class?: string }[],
  body: readonly HTMLTableRowElement[],
  attributes: { class?: string } = {},
): HTMLElement {
  const table = h(
    'table',
    { class: `figures ${attributes.class ?? ''}`.trim() },
    h('caption', {}, caption),
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...head.map(({ text, class: name }) => h('th', { scope: 'col', class: name }, h('bdi', {}, text))),
      ),
    ),
    h('tbody', {}, ...body),
  );
  gridKeys(table);
  table.querySelectorAll('button').forEach((button, i) => (button.tabIndex = i === 0 ? 0 : -1));
  return h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, table);
}
