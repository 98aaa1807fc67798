import { button, h, newId, setText } from '../shared/dom.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { memoryText, planOf, timeText } from './planTexts.ts';
import { say } from './strings.ts';
import { variantName } from './values.ts';
import { copied, namesOf, removed, renamed } from './variantEdits.ts';

/** All variants beside each other; the one that is pressed is shown below. */
export function variantsPart(actions: Actions): Part {
  const body = h('tbody');
  const heads = [
    'variant',
    'methodsHead',
    'trainedHead',
    'percent',
    'stored',
    'headHead',
    'memory',
    'time',
  ] as const;
  const table = h(
    'table',
    { class: 'variants', 'aria-label': say('variants') },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        ...heads.map((key, i) => h('th', { scope: 'col', class: i > 1 ? 'number' : '' }, say(key))),
      ),
    ),
    body,
  );
  const name = h('input', { type: 'text', id: newId(), spellcheck: 'false' });
  const label = h('label', { for: name.id }, say('variantName'));
  const note = h('span', { class: 'muted', 'aria-live': 'polite' });
  const ofVariant =
    (
      change: (view: View, name: string) => ReturnType<typeof removed>,
      refusal: 'nameTaken' | 'lastVariant',
    ) =>
    () =>
      actions.whenSettled(() => {
        const shown = view && variantName(view.values, view.variant);
        if (view === undefined || shown === undefined) return;
        const edits = change(view, shown);
        setText(note, edits === undefined ? say(refusal) : '');
        if (edits !== undefined) actions.edit(edits);
      });
  const rename = ofVariant(
    (at, shown) => (name.value === shown ? [] : renamed(at.values, shown, name.value)),
    'nameTaken',
  );
  const remove = button(
    say('removeVariant'),
    {},
    ofVariant((at, shown) => removed(at.values, shown), 'lastVariant'),
  );
  const add = button(say('copyVariant'), {}, () =>
    actions.whenSettled(() => view && actions.edit(copied(view.values, view.variant))),
  );
  name.addEventListener('change', () => {
    if (view !== undefined && name.value !== variantName(view.values, view.variant)) rename();
  });
  let view: View | undefined;
  let built = '';
  return {
    element: h(
      'div',
      {},
      h('div', { class: 'scroll' }, table),
      h('div', { class: 'buttons' }, add, label, name, remove, note),
    ),
    update: (next) => {
      view = next;
      const { variants } = next.state.description;
      if (built !== JSON.stringify(variants)) {
        built = JSON.stringify(variants);
        body.replaceChildren(...variants.map((variant) => row(variant, actions)));
      }
      [...body.rows].forEach((each, index) => fill(each, variants[index], next));
      const shown = variantName(next.values, next.variant);
      if (document.activeElement !== name) name.value = shown ?? '';
      label.hidden = name.hidden = remove.hidden = shown === undefined;
      remove.disabled = namesOf(next.values).length < 2;
    },
  };
}

function row(variant: string, actions: Actions): HTMLElement {
  const pick = button(variant, { class: 'quiet' }, () => actions.showVariant(variant));
  const cells = ['', 'number', 'number', 'number', 'number', 'number', 'number'].map((name) =>
    h('td', { class: name }),
  );
  return h('tr', {}, h('th', { scope: 'row' }, pick), ...cells);
}

function fill(element: HTMLTableRowElement, variant: string, view: View): void {
  const { state, vocabulary } = view;
  const found = state.parameters.variants.find((each) => each.variant === variant);
  const { counts } = found ?? {};
  const plan = planOf(view, variant);
  element.classList.toggle('shown', variant === view.variant);
  element.querySelector('button')!.setAttribute('aria-pressed', String(variant === view.variant));
  const ids = [...new Set(counts?.layers.map(({ method }) => method))];
  const tags = ids.flatMap((id) => vocabulary.methods.find((each) => each.id === id)?.tag ?? []);
  const texts = [
    found?.problem ?? tags.join(' + '),
    counts && countText(counts.trained),
    counts && counts.percent.toPrecision(2),
    counts && countText(counts.stored),
    counts && countText(counts.head),
    memoryText(plan),
    timeText(plan),
  ];
  texts.forEach((text, index) => setText(element.cells[index + 1], text ?? '–'));
  element.cells[1].classList.toggle('error', found?.problem !== undefined);
}
