import { button, h } from '../shared/dom.ts';
import { placeText } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Actions } from './part.ts';

/** Problems and advice, each a button that goes to its place. */
export function findingList(
  actions: Actions,
  attributes: Parameters<typeof h>[1] = {},
): { readonly element: HTMLUListElement; show(findings: readonly Finding[]): void } {
  const element = h('ul', { class: 'problems', ...attributes });
  let shown = '';
  return {
    element,
    /** Anew only where they are others: the focused button stays. */
    show: (findings) => {
      const wanted = JSON.stringify(findings);
      if (shown === wanted) return;
      shown = wanted;
      element.replaceChildren(
        ...findings.map((finding) => {
          const go = button('', { class: 'quiet' }, () => actions.goTo(finding));
          go.append(h('b', {}, placeText(finding)), finding.message);
          return h('li', { class: finding.severity }, go);
        }),
      );
    },
  };
}
