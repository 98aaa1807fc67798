import { button, h, newId, setAttributes, setText } from '../shared/dom.ts';
import { hintOf } from './control.ts';
import { fieldPart } from './fieldPart.ts';
import type { Actions, Part, View } from './part.ts';
import { markPlace } from './places.ts';
import { say } from './strings.ts';
import { problemsAround, valueAt } from './values.ts';
import type { Field, Path } from './values.ts';

/** A field that is a mapping: a group of its own fields, with what is wrong with it as a whole. */
export function mappingPart(field: Field, path: Path, actions: Actions): Part {
  const title = String(path[path.length - 1]);
  const names = Object.keys(field.properties ?? {});
  const parts = names.map((name) =>
    fieldPart(field.properties?.[name] ?? {}, { path: [...path, name] }, actions),
  );
  const hint = h('p', { class: 'hint muted', id: newId() }, hintOf(field));
  const fault = h('p', { class: 'fault', id: newId(), hidden: true });
  const reset = button(
    say('reset'),
    { class: 'quiet', hidden: true, 'aria-label': say('resetField', title) },
    () => {
      element.querySelector<HTMLElement>('input, select, textarea')?.focus();
      actions.edit([{ path }]);
    },
  );
  const fields = h('div', { class: 'fields' }, ...parts.map((part) => part.element));
  const element = h(
    'fieldset',
    { class: 'mapping' },
    h('legend', {}, title),
    h('div', { class: 'row' }, hint, reset),
    fault,
    fields,
  );
  markPlace(element, path);
  return { element, update };

  function update(view: View): void {
    for (const part of parts) part.update(view);
    reset.hidden = valueAt(view.values, path) === undefined;
    const problems = problemsAround(view.state.problems, path, names);
    setText(fault, problems.map(({ message }) => message).join(' '));
    fault.hidden = problems.length === 0;
    fault.classList.toggle(
      'error',
      problems.some(({ severity }) => severity === 'error'),
    );
    setAttributes(element, { 'aria-describedby': problems.length > 0 ? `${fault.id} ${hint.id}` : hint.id });
  }
}
