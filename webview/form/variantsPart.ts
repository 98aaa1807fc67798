import type { VariantParameters } from '../../src/protocol/language.ts';
import { button, h, newId, setAttributes, setText } from '../shared/dom.ts';
import { findingsButton } from './findingsButton.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { memoryText, planOf, timeText, whyNoTime } from './planTexts.ts';
import { say } from './strings.ts';
import { variantName } from './values.ts';
import { copied, namesOf, removed, renamed } from './variantEdits.ts';

const NUMBERS = ['trainedHead', 'percent', 'stored', 'headHead', 'memory', 'time'] as const;

/** All variants beside each other; the one that is pressed is shown below. */
export function variantsPart(actions: Actions): Part {
  const body = h('tbody');
  const heads = [
    ...(['variant', 'methodsHead'] as const).map((key) => ({ key, kind: '' })),
    ...NUMBERS.map((key) => ({ key, kind: 'number' })),
    { key: 'findings', kind: '' } as const,
  ];
  const table = h(
    'table',
    { class: 'variants', 'aria-label': say('variants') },
    h(
      'thead',
      {},
      h('tr', {}, ...heads.map(({ key, kind }) => h('th', { scope: 'col', class: kind }, say(key)))),
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
        if (edits !== undefined && edits.length > 0) actions.edit(edits);
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
  const noTime = h('p', { class: 'muted' });
  let view: View | undefined;
  let built = '';
  let rows: readonly Row[] = [];
  return {
    element: h(
      'div',
      {},
      h('div', { class: 'scroll' }, table),
      noTime,
      h('div', { class: 'buttons' }, add, label, name, remove, note),
    ),
    update: (next) => {
      view = next;
      const { variants } = next.state.description;
      if (built !== JSON.stringify(variants)) {
        built = JSON.stringify(variants);
        rows = variants.map((variant) => row(variant, actions));
        body.replaceChildren(...rows.map(({ element }) => element));
      }
      for (const each of rows) each.update(next);
      setText(noTime, whyNoTime(next, planOf(next, next.variant)) ?? '');
      noTime.hidden = noTime.textContent === '';
      const shown = variantName(next.values, next.variant);
      if (document.activeElement !== name) name.value = shown ?? '';
      label.hidden = name.hidden = remove.hidden = shown === undefined;
      remove.disabled = namesOf(next.values).length < 2;
    },
  };
}

type Row = Part & { readonly element: HTMLTableRowElement };

function row(variant: string, actions: Actions): Row {
  const pick = button(variant, { class: 'quiet' }, () => actions.set({ variant }));
  const methods = h('td');
  const numbers = NUMBERS.map((key) => ({ key, cell: h('td', { class: 'number' }) }));
  const findings = findingsButton(variant, actions);
  const cells = numbers.map(({ cell }) => cell);
  const element = h(
    'tr',
    {},
    h('th', { scope: 'row' }, pick),
    methods,
    ...cells,
    h('td', {}, findings.element),
  );
  return {
    element,
    update: (view) => {
      const isShown = variant === view.variant;
      element.classList.toggle('shown', isShown);
      pick.setAttribute('aria-pressed', String(isShown));
      const found = view.state.parameters.variants.find((each) => each.variant === variant);
      setText(methods, found?.problem ?? (tagsOf(found, view) || '–'));
      methods.classList.toggle('error', found?.problem !== undefined);
      const plan = planOf(view, variant);
      const texts = { ...countTexts(found), memory: memoryText(plan), time: timeText(plan) };
      for (const { key, cell } of numbers) {
        setText(cell, texts[key] ?? '–');
        setAttributes(cell, { title: key === 'time' ? whyNoTime(view, plan) : undefined });
      }
      findings.update(view);
    },
  };
}

function tagsOf(found: VariantParameters | undefined, { vocabulary }: View): string {
  const ids = [...new Set(found?.counts?.layers.map(({ method }) => method))];
  return ids.flatMap((id) => vocabulary.methods.find((each) => each.id === id)?.tag ?? []).join(' + ');
}

function countTexts(found: VariantParameters | undefined) {
  const { counts } = found ?? {};
  return {
    trainedHead: counts && countText(counts.trained),
    percent: counts && counts.percent.toPrecision(2),
    stored: counts && countText(counts.stored),
    headHead: counts && countText(counts.head),
  };
}
