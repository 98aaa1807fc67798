import { h, newId, setText } from './dom.ts';
import { fieldPart } from './fieldPart.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { isSame, methodsPath, valueAt } from './values.ts';
import type { Field, Path } from './values.ts';
import type { Vocabulary } from '../../src/protocol/language.ts';

type MethodInfo = Vocabulary['methods'][number];

/** A card for each method: on or off, its fields, and what it trains. */
export function methodCards(vocabulary: Vocabulary, actions: Actions): Part {
  const fields = vocabulary.recipe.properties?.methods.properties ?? {};
  const cards = vocabulary.methods.map((method) => methodCard(method, fields[method.id] ?? {}, actions));
  const note = h('p', { class: 'muted' });
  return {
    element: h('div', {}, note, h('div', { class: 'cards' }, ...cards.map(({ element }) => element))),
    update: (view) => {
      const isOwn = methodsPath(view.values, view.variant).length > 1;
      setText(note, isOwn ? `These are the methods of the variant “${view.variant}”.` : '');
      note.hidden = !isOwn;
      for (const card of cards) card.update(view);
    },
  };
}

function methodCard(method: MethodInfo, field: Field, actions: Actions): Part {
  const path = (view: View): Path => [...methodsPath(view.values, view.variant), method.id];
  const box = h('input', { type: 'checkbox', id: newId(), 'aria-describedby': newId() });
  const count = h('span', { class: 'count' });
  const parts = Object.entries(field.properties ?? {}).map(([name, each]) =>
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
  const body = h('div', { class: 'fields', hidden: true }, ...parts.map(({ element }) => element));
  const help = h('p', { class: 'muted', id: box.getAttribute('aria-describedby')! }, `${method.help} `);
  help.append(h('span', { class: 'source' }, `Source: ${method.source}.`));
  const element = h(
    'div',
    { class: 'card', role: 'group', 'aria-label': method.title },
    h('h3', {}, h('label', { for: box.id }, box, method.title), count),
    help,
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
      box.checked = valueAt(view.values, current) !== undefined;
      body.hidden = !box.checked;
      element.classList.toggle('on', box.checked);
      setText(count, box.checked ? trainedText(view, method.id) : '');
      for (const part of parts) part.update(view);
    },
  };
}

function ratesOf({ learningRate: { default: rate, range } }: MethodInfo): string {
  return `default ${rate}, try ${range[0]} to ${range[1]}`;
}

function trainedText({ parameters }: View, method: string): string {
  const counts = parameters?.counts;
  if (counts === undefined) return '';
  const trained = counts.layers.reduce((sum, share) => sum + (share.method === method ? share.count : 0), 0);
  return `${countText(trained)} trained`;
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
    const text = `${preset.help} (${preset.source})`;
    const help = h('span', { class: 'muted', id: use.getAttribute('aria-describedby')! }, text);
    return { preset, use, element: h('li', {}, use, help) };
  });
  const element = h(
    'details',
    {},
    h('summary', {}, 'Presets: replace the methods by a choice that has a name'),
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
