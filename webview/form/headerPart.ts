import { button, h, newId, setText } from './dom.ts';
import type { Actions, Part, View } from './part.ts';

/** Name, model and state of the recipe, and what can be done with it. */
export function headerPart(actions: Actions): Part {
  const name = h('h1');
  const model = h('p', { class: 'muted' });
  const status = h('p', { role: 'status', class: 'status' });
  const reason = h('span', { class: 'muted', id: newId() });
  const start = button('Start tuning', { class: 'primary', 'aria-describedby': reason.id }, () =>
    actions.act('start'),
  );
  const plan = button('Show plan', {}, () => actions.act('plan'));
  const dashboard = button('Open dashboard', {}, () => actions.act('dashboard'));
  const text = button('Edit as text', {}, () => actions.act('openText'));
  const list = h('ul', { class: 'problems' });
  const problems = h('details', { hidden: true }, h('summary', {}, 'Problems'), list);
  return {
    element: h(
      'header',
      {},
      h('div', { class: 'title' }, h('div', {}, name, model), status),
      h('div', { class: 'buttons' }, start, plan, dashboard, text, reason),
      problems,
    ),
    update: (view) => {
      const { description } = view.state;
      setText(name, description.name);
      setText(model, description.model ?? 'no model chosen');
      setText(status, statusText(view));
      status.classList.toggle('error', description.errors > 0);
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
    list.replaceChildren(
      ...state.problems.map(({ severity, message, line }) =>
        h('li', { class: severity }, h('b', {}, `Line ${line + 1}, ${severity}: `), message),
      ),
    );
  }
}

function statusText({ state: { description }, values }: View): string {
  if (values === undefined) return 'The text cannot be read as a recipe: edit it as text.';
  const { errors, warnings } = description;
  if (errors + warnings === 0) return 'No problems';
  return [plural(errors, 'error'), plural(warnings, 'warning')].filter(Boolean).join(', ');
}

/** Why nothing can be started; undefined where it can. */
function hindranceOf({ state: { description, trusted }, values }: View): string | undefined {
  if (!trusted) return 'Nothing is started in Restricted Mode: trust this workspace first.';
  if (values === undefined) return 'The text cannot be read as a recipe.';
  return description.errors > 0 ? `Correct ${plural(description.errors, 'error')} first.` : undefined;
}

function plural(count: number, noun: string): string {
  return count === 0 ? '' : `${count} ${noun}${count === 1 ? '' : 's'}`;
}
