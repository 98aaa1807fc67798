import type { Control } from './control.ts';
import { textOf, valueOf } from './control.ts';
import { h, newId, setAttributes } from '../shared/dom.ts';
import { isSame } from './values.ts';
import type { Field, Json } from './values.ts';
import { say } from './strings.ts';

/** An input for a value of the recipe. */
export interface Input {
  readonly element: HTMLElement;
  /** What a label names and what is described: a control, or a group of them. */
  readonly labelled: HTMLElement;
  show(value: Json | undefined): void;
}

export interface InputOptions {
  readonly field: Field;
  readonly placeholder: string;
  readonly suggestions: readonly string[];
  readonly changed: (value: Json | undefined) => void;
}

export function inputFor(control: Control, options: InputOptions): Input {
  switch (control.kind) {
    case 'select':
      return select(control.words, options);
    case 'checks':
      return checks(control, options);
    case 'boolean':
      return toggle(options);
    case 'integer':
      return text(h('input', { type: 'number', step: '1', ...numbers(control) }), options);
    case 'lines':
      return text(h('textarea', { rows: 3 }), options);
    case 'text':
      return text(h('input', { type: 'text', inputmode: control.numeric ? 'decimal' : undefined }), options);
  }
}

function text(input: HTMLInputElement | HTMLTextAreaElement, options: InputOptions): Input {
  const { field, placeholder, suggestions, changed } = options;
  const takesNumbers = input.type === 'number';
  setAttributes(input, { placeholder, spellcheck: 'false', autocomplete: 'off' });
  const list = h('datalist', { id: newId() }, ...suggestions.map((value) => h('option', { value })));
  if (suggestions.length > 0) input.setAttribute('list', list.id);
  let isDirty = false;
  let shown = '';
  input.addEventListener('input', () => (isDirty = true));
  input.addEventListener('change', () => {
    isDirty = false;
    if (input.validity.badInput) input.value = shown;
    else changed(valueOf(field, input.value));
  });
  return {
    element: suggestions.length > 0 ? h('span', { class: 'grow' }, input, list) : input,
    labelled: input,
    show: (value) => {
      if (isDirty && document.activeElement === input) return;
      // What is no number cannot stand in a number input, and must not be hidden.
      if (takesNumbers && input instanceof HTMLInputElement)
        input.type = value === undefined || isSame(Number(value), value) ? 'number' : 'text';
      shown = textOf(value);
      if (input.value !== shown && !isSame(valueOf(field, input.value), value)) input.value = shown;
    },
  };
}

function select(words: readonly Json[], { placeholder, changed }: InputOptions): Input {
  const element = h('select');
  const absent = h('option', { value: '' }, placeholder || say('notSet'));
  const options = words.map((word) => h('option', { value: textOf(word) }, textOf(word)));
  element.append(absent, ...options);
  element.addEventListener('change', () => {
    changed(words.find((word) => textOf(word) === element.value));
  });
  return {
    element,
    labelled: element,
    show: (value) => {
      const shown = textOf(value);
      element.querySelector('[data-unknown]')?.remove();
      if (shown !== '' && !words.some((word) => textOf(word) === shown)) {
        element.append(h('option', { value: shown, 'data-unknown': true }, shown));
      }
      element.value = shown;
    },
  };
}

function checks(
  { words, whole }: Extract<Control, { kind: 'checks' }>,
  { field, changed }: InputOptions,
): Input {
  const boxes = words.map((word) => h('input', { type: 'checkbox', value: word }));
  const element = h(
    'div',
    { class: 'checks', role: 'group' },
    ...boxes.map((box) => h('label', {}, box, box.value)),
  );
  element.addEventListener('change', () => {
    const chosen = boxes.filter(({ checked }) => checked).map(({ value }) => value);
    const isWhole = whole !== undefined && chosen.length === words.length;
    const value = isWhole ? whole : chosen;
    changed(chosen.length === 0 || isSame(value, field.default) ? undefined : value);
  });
  return {
    element,
    labelled: element,
    show: (value = field.default) => {
      const chosen = value === whole ? words : Array.isArray(value) ? value : [value];
      for (const box of boxes) box.checked = chosen.includes(box.value);
    },
  };
}

function toggle({ field, changed }: InputOptions): Input {
  const box = h('input', { type: 'checkbox' });
  box.addEventListener('change', () => changed(box.checked));
  return {
    element: box,
    labelled: box,
    show: (value) => {
      box.checked = (value ?? field.default) === true;
    },
  };
}

function numbers({ minimum, maximum }: Extract<Control, { kind: 'integer' }>) {
  return { min: minimum?.toString(), max: maximum?.toString() };
}
