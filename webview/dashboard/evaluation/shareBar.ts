import { h } from '../../shared/dom.ts';

/** A sentence with a number between 0 and 1, and the same as a bar for who looks along many. */
export function shareBar(text: readonly Node[], share: number): HTMLElement {
  const bar = h('span', { class: 'bar', 'aria-hidden': 'true' });
  bar.style.setProperty('--share', `${share}`);
  return h('span', { class: 'fact share-bar' }, h('span', {}, ...text), bar);
}
