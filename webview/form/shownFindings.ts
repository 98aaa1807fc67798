import { h, newId, setText } from '../shared/dom.ts';
import { findingList } from './findingList.ts';
import { findingsOf } from './findings.ts';
import type { Actions, Part } from './part.ts';
import { say } from './strings.ts';

/** Problems and advice of the variant shown, below the grid that changes them. */
export function shownFindings(actions: Actions): Part {
  const title = h('h4', { id: newId() });
  const list = findingList(actions, { 'aria-labelledby': title.id });
  const element = h('div', { class: 'findings' }, title, list.element);
  return {
    element,
    update: ({ state, variant }) => {
      const findings = findingsOf(state.problems, variant);
      setText(title, say('ofShown', variant ?? ''));
      list.show(findings);
      element.hidden = findings.length === 0;
    },
  };
}
