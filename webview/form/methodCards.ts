import { h, newId, setText } from '../shared/dom.ts';
import { fieldPart } from './fieldPart.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { isSame, methodsPath, sectionOf, valueAt } from './values.ts';
import type { Field, Path } from './values.ts';
import type { Vocabulary } from '../../src/protocol/language.ts';
import { say } from './strings.ts';

type MethodInfo = Vocabulary['methods'][number];

/** A card for each method: on or off, its fields, and what it trains. */
export function methodCards(vocabulary: Vocabulary, actions: Actions): Part {
  const fields = vocabulary.recipe.properties?.methods.properties ?? {};
  const cards = vocabulary.methods.map((method) =>
    methodCard(method, sectionOf(fields[method.id] ?? {}), actions),
  );
  const note = h('p', { class: 'muted' });
  return {
    element: h('div', {}, note, h('div', { class: 'cards' }, ...cards.map(({ element }) => element))),
    update: (view) => {
      const isOwn = methodsPath(view.values, view.variant).length > 1;
      setText(note, isOwn ? say('ofVariant', view.variant ?? '') : '');
      note.hidden = !isOwn;
      for (const card of cards) card.update(view);
    },
  };
}

function methodCard(method: MethodInfo, field: Field, actions: Actions): Part {
  const path = (view: View): Path => [...methodsPath(view.values, view.variant), method.id];
  const box = h('input', { type: 'checkbox', id: newId(), 'aria-describedby': newId() });
  const count = h('span', { class: 'count' });
  const entries = Object.entries(field.properties ?? {});
  const simple = entries.filter(([, { properties }]) => properties === undefined);
  const parts = simple.map(([name, each]) =>
    fieldPart(
      each,
      {
        title: name,
        path: (view) => [...path(view), name],
        ...(name === 'learning_rate' && { placeholder: ratesOf(method) }),
      },
      actions,
    ),
  );
  const note = h('p', { class: 'muted', hidden: true });
  const ownNote = simple.length < entries.length ? say('partsAsText') : '';
  const body = h('div', { class: 'fields', hidden: true }, ...parts.map(({ element }) => element));
  const help = h('p', { class: 'muted', id: box.getAttribute('aria-describedby')! }, `${method.help} `);
  help.append(h('span', { class: 'source' }, say('source', method.source)));
  const element = h(
    'div',
    { class: 'card', role: 'group', 'aria-label': method.title },
    h('h3', {}, h('label', { for: box.id }, box, method.title), count),
    help,
    note,
    body,
  );
  let current: Path = [];
  box.addEventListener('change', () =>
    actions.edit([box.checked ? { path: current, value: {} } : { path: current }]),
  );

  return {
    element,
    update: (view) => {
      current = path(view);
      const value = valueAt(view.values, current);
      box.checked = value !== undefined;
      setText(note, Array.isArray(value) ? say('listed') : ownNote);
      note.hidden = !box.checked || note.textContent === '';
      body.hidden = !box.checked || Array.isArray(value);
      element.classList.toggle('on', box.checked);
      setText(count, box.checked ? trainedText(view, method.trains) : '');
      for (const part of parts) part.update(view);
    },
  };
}

function ratesOf({ learningRate: { default: rate, range } }: MethodInfo): string {
  return say('defaultAndRange', rate, range[0], range[1]);
}

function trainedText({ parameters }: View, methods: readonly string[]): string {
  const counts = parameters?.counts;
  if (counts === undefined) return '';
  const own = counts.layers.filter(({ method }) => methods.includes(method));
  const trained = own.reduce((sum, share) => sum + share.count, 0);
  return say('trained', countText(trained));
}

/** Choices of methods that have a name: one of them replaces what is there. */
export function presetsPart(vocabulary: Vocabulary, actions: Actions): Part {
  let path: Path = ['methods'];
  const items = vocabulary.presets.map((preset) => {
    const use = h('button', { type: 'button', 'aria-describedby': newId() }, preset.title);
    use.addEventListener('click', () =>
      actions.edit(
        preset.variants === undefined
          ? [{ path, value: preset.methods }]
          : [
              { path: ['methods'], value: preset.methods },
              { path: ['variants'], value: preset.variants },
            ],
      ),
    );
    const text = say('presetHelp', preset.help, preset.source);
    const help = h('span', { class: 'muted', id: use.getAttribute('aria-describedby')! }, text);
    return { preset, use, element: h('li', {}, use, help) };
  });
  const element = h(
    'details',
    {},
    h('summary', {}, say('presets')),
    h('ul', { class: 'presets' }, ...items.map((item) => item.element)),
  );
  element.hidden = items.length === 0;
  return {
    element,
    update: ({ values, variant }) => {
      path = methodsPath(values, variant);
      for (const { preset, use } of items) {
        const isUsed =
          preset.variants === undefined
            ? isSame(valueAt(values, path), preset.methods)
            : isSame(valueAt(values, ['variants']), preset.variants);
        use.setAttribute('aria-pressed', String(isUsed));
      }
    },
  };
}
