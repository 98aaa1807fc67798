import { h } from '../../shared/dom.ts';

/** `actual negative`: a word of ours before a name from a file, which is kept to itself. */
export function labelled(label: string, value: string, attributes: { class?: string } = {}): HTMLElement {
  return h(
    'span',
    { class: `fact ${attributes.class ?? ''}`.trim() },
    h('span', { class: 'muted' }, label),
    ' ',
    h('bdi', {}, value),
  );
}
