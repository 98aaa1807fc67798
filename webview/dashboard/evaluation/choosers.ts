import { h, newId } from '../../shared/dom.ts';

export interface Chooser {
  readonly element: HTMLElement;
  readonly select: HTMLSelectElement;
  /** Options by value; the list stays open where they are the same. */
  show(options: readonly (readonly [value: string, text: string])[], value: string | undefined): void;
}

/** A labelled list of which one is chosen. */
export function chooser(label: string, onChoose: (value: string) => void): Chooser {
  const id = newId();
  const select = h('select', { id, onchange: () => onChoose(select.value) });
  let drawn = '';
  return {
    element: h('span', { class: 'chooser' }, h('label', { for: id }, label), select),
    select,
    show(options, value) {
      const now = JSON.stringify(options);
      if (now !== drawn)
        select.replaceChildren(...options.map(([of, text]) => h('option', { value: of }, text)));
      drawn = now;
      if (value !== undefined) select.value = value;
      select.disabled = options.length < 2;
    },
  };
}
