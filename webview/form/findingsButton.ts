import { button, h, setAttributes } from '../shared/dom.ts';
import { countsOf, countsText, findingsOf, severities, wordsOf } from './findings.ts';
import type { Finding } from './findings.ts';
import type { Actions, Part } from './part.ts';
import { say } from './strings.ts';

/** How many problems and pieces of advice there are; each press goes to the next of them. */
export function findingsButton(variant: string, actions: Actions): Part {
  const counts = button('', { class: 'chip counts' }, () => {
    if (findings.length > 0) actions.goTo(findings[next++ % findings.length], variant);
  });
  const none = h('span', { class: 'muted' }, '–');
  let findings: readonly Finding[] = [];
  let next = 0;
  let shown = '';
  return {
    element: h('span', {}, counts, none),
    update: ({ state }) => {
      findings = findingsOf(state.problems, variant);
      const wanted = JSON.stringify(findings);
      if (shown === wanted) return;
      [shown, next] = [wanted, 0];
      counts.hidden = findings.length === 0;
      none.hidden = !counts.hidden;
      const own = countsOf(findings);
      const marks = severities.filter((severity) => own[severity]);
      const words = findings.map(wordsOf);
      const name = say('findingsOf', variant, countsText(own), words.join(' '));
      // Said as part of the content, so that the numbers that are seen belong to the name, each with what it counts.
      counts.replaceChildren(
        h('span', { class: 'spoken' }, name),
        ...marks.map((each) => h('span', { class: each, 'aria-hidden': 'true' }, String(own[each]))),
      );
      setAttributes(counts, { title: words.join('\n') });
    },
  };
}
