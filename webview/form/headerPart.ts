import { button, h, newId, setText } from '../shared/dom.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { countsText } from './findings.ts';
import { findingList } from './findingList.ts';
import { memoryText, planOf, timeText } from './planTexts.ts';
import type { Section } from './section.ts';
import { say } from './strings.ts';

/** Name, model and state of the recipe, and what can be done with it. */
export function headerPart(sections: readonly Section[], actions: Actions): Part {
  const name = h('h1');
  const model = h('p', { class: 'muted' });
  const status = h('p', { role: 'status', class: 'status' });
  const reason = h('span', { class: 'muted', id: newId() });
  const start = button(say('startTuning'), { class: 'primary', 'aria-describedby': reason.id }, () =>
    actions.act('start'),
  );
  const plan = button(say('showPlan'), {}, () => actions.act('plan'));
  const dashboard = button(say('openDashboard'), {}, () => actions.act('dashboard'));
  const text = button(say('editAsText'), {}, () => actions.act('openText'));
  const summary = h('p', { class: 'summary' });
  const links = sections.map(({ id, title, open }) => h('a', { href: `#${id}`, onclick: open }, title));
  const index = h('nav', { 'aria-label': say('sections') }, ...links);
  const list = findingList(actions);
  const problems = h('details', { hidden: true }, h('summary', {}, say('problems')), list.element);
  return {
    element: h(
      'header',
      {},
      h('div', { class: 'title' }, h('div', {}, name, model), status),
      h('div', { class: 'buttons' }, start, plan, dashboard, text, reason),
      summary,
      index,
      problems,
    ),
    update: (view) => {
      const { description } = view.state;
      setText(name, description.name);
      setText(model, description.model ?? say('noModel'));
      setText(status, statusText(view));
      status.classList.toggle('error', description.errors > 0);
      setText(summary, summaryText(view));
      const hindrance = hindranceOf(view);
      setText(reason, hindrance ?? '');
      start.disabled = hindrance !== undefined;
      plan.disabled = description.errors > 0;
      showProblems(view);
    },
  };

  function showProblems({ state, values }: View): void {
    problems.hidden = state.problems.length === 0;
    if (values === undefined) problems.open = true;
    list.show(state.problems);
  }
}

function statusText({ state: { description }, values }: View): string {
  if (values === undefined) return say('unreadableEdit');
  return countsText({ error: description.errors, warning: description.warnings });
}

/** What the variant shown trains and costs. */
function summaryText(view: View): string {
  const { counts } = view.parameters ?? {};
  if (counts === undefined) return say('notCounted');
  const plan = planOf(view, view.variant);
  const base = [countText(counts.trained), countText(counts.base), counts.percent.toPrecision(2)];
  return [
    ...(view.state.description.variants.length > 1 ? [view.variant] : []),
    say('trainedShare', ...base),
    say('head', countText(counts.head)),
    say('memoryOf', memoryText(plan)),
    say('timeOf', timeText(plan)),
  ].join(' · ');
}

/** Why nothing can be started; undefined where it can. */
function hindranceOf({ state: { description, trusted }, values }: View): string | undefined {
  if (!trusted) return say('restricted');
  if (values === undefined) return say('unreadable');
  if (description.errors === 0) return undefined;
  return description.errors === 1 ? say('correctOne') : say('correct', description.errors);
}
