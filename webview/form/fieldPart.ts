import { controlOf, hintOf, placeholderOf } from './control.ts';
import type { Control } from './control.ts';
import { button, h, newId, setAttributes, setText } from '../shared/dom.ts';
import { inputFor } from './inputs.ts';
import type { Input } from './inputs.ts';
import type { Actions, Part, View } from './part.ts';
import { markPlace } from './places.ts';
import { problemsAt, valueAt } from './values.ts';
import type { Field, Path } from './values.ts';
import { say } from './strings.ts';

/** What the page knows of a field beside the field itself. */
export interface FieldOptions {
  readonly title?: string;
  readonly path: Path | ((view: View) => Path);
  readonly placeholder?: string;
  /** The words it takes at the moment (columns of a file); undefined where they are not known. */
  readonly words?: (view: View) => readonly string[] | undefined;
  /** Offered while typing; anything else is taken, too. */
  readonly suggestions?: (view: View) => readonly string[];
  readonly browse?: 'file' | 'folder';
  /** Room for two. */
  readonly isWide?: boolean;
}

/** One field: label, input, reset, help and what is wrong with it. */
export function fieldPart(field: Field, options: FieldOptions, actions: Actions): Part {
  const title = options.title ?? labelOf(options.path);
  const inputId = newId();
  const hint = h('p', { class: 'hint muted', id: newId() }, hintOf(field));
  const fault = h('p', { class: 'fault', id: newId(), hidden: true });
  const label = h('label', { for: inputId, id: newId() }, title);
  const reset = button(
    say('reset'),
    { class: 'quiet', hidden: true, 'aria-label': say('resetField', title) },
    () => {
      input?.labelled.focus();
      actions.edit([{ path }]);
    },
  );
  const row = h('div', { class: 'row' });
  const element = h('div', { class: options.isWide ? 'field wide' : 'field' }, label, row, hint, fault);
  const placeholder = options.placeholder ?? placeholderOf(field);
  let path: Path = [];
  let input: Input | undefined;
  let built = '';

  return { element, update };

  function update(view: View): void {
    path = typeof options.path === 'function' ? options.path(view) : options.path;
    const words = options.words?.(view);
    const control: Control = words === undefined ? controlOf(field) : { kind: 'select', words };
    build(control, options.suggestions?.(view) ?? []);
    const value = valueAt(view.values, path);
    input?.show(value);
    if (input !== undefined) markPlace(input.labelled, path);
    reset.hidden = value === undefined;
    showFaults(view);
  }

  /** Anew only where the control itself changes: focus and caret stay. */
  function build(control: Control, suggestions: readonly string[]): void {
    const wanted = JSON.stringify([control, suggestions]);
    if (built === wanted || (input !== undefined && row.contains(document.activeElement))) return;
    built = wanted;
    const changed = (value: ReturnType<typeof valueAt>) =>
      actions.edit([{ path, ...(value !== undefined && { value }) }]);
    input = inputFor(control, { field, placeholder, suggestions, changed });
    input.labelled.id = inputId;
    const isGroup = input.labelled.getAttribute('role') === 'group';
    setAttributes(input.labelled, { 'aria-labelledby': isGroup ? label.id : undefined });
    const what = options.browse ?? (control.kind === 'text' ? control.browse : undefined);
    const browse = button(
      say('browse'),
      { 'aria-label': say('browseFor', title) },
      () => what && actions.browse(path, what),
    );
    row.replaceChildren(input.element, ...(what === undefined ? [] : [browse]), reset);
  }

  function showFaults({ state }: View): void {
    const problems = problemsAt(state.problems, path);
    setText(fault, problems.map(({ message }) => message).join(' '));
    fault.hidden = problems.length === 0;
    const isError = problems.some(({ severity }) => severity === 'error');
    fault.classList.toggle('error', isError);
    if (input === undefined) return;
    setAttributes(input.labelled, {
      'aria-invalid': isError ? 'true' : undefined,
      'aria-describedby': problems.length > 0 ? `${fault.id} ${hint.id}` : hint.id,
    });
  }
}

function labelOf(path: FieldOptions['path']): string {
  return typeof path === 'function' ? '' : String(path[path.length - 1]);
}
