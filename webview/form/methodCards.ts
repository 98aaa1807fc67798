import { h, newId, setAttributes, setText } from '../shared/dom.ts';
import { fieldPart } from './fieldPart.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { markPlace } from './places.ts';
import { methodsPath, problemsAt, sectionOf, valueAt } from './values.ts';
import type { Field, Json, Path } from './values.ts';
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
  const box = h('input', { type: 'checkbox', id: newId() });
  const count = h('span', { class: 'count' });
  const entries = Object.entries(field.properties ?? {});
  const hasParts = entries.some(([, { properties }]) => properties !== undefined);
  const note = h('p', { class: 'muted', hidden: true }, say('partsAsText'));
  const faults = h('ul', { class: 'problems', id: newId() });
  const help = h('p', { class: 'muted', id: newId() }, `${method.help} `);
  help.append(h('span', { class: 'source' }, say('source', method.source)));
  const uses = h('div');
  const element = h(
    'div',
    { class: 'card', role: 'group', 'aria-label': method.title },
    h('h3', {}, h('label', { for: box.id }, box, h('b', { class: 'tag' }, method.tag), method.title), count),
    help,
    note,
    faults,
    uses,
  );
  let current: Path = [];
  let parts: Part[] = [];
  let shape = '';
  box.addEventListener('change', () =>
    actions.edit([box.checked ? { path: current, value: {} } : { path: current }]),
  );

  return {
    element,
    update: (view) => {
      current = path(view);
      markPlace(box, current);
      const value = valueAt(view.values, current);
      box.checked = value !== undefined;
      note.hidden = !box.checked || !hasParts;
      element.classList.toggle('on', box.checked);
      setText(count, box.checked ? trainedText(view, method.trains) : '');
      buildUses(value);
      for (const part of parts) part.update(view);
      const own = problemsAt(view.state.problems, current).filter((problem) => isOfCard(problem.path, value));
      faults.replaceChildren(...own.map(({ severity, message }) => h('li', { class: severity }, message)));
      faults.hidden = own.length === 0;
      setAttributes(box, { 'aria-describedby': own.length > 0 ? `${faults.id} ${help.id}` : help.id });
    },
  };

  /** A group of fields for each use; anew only where their number changes. */
  function buildUses(value: Json | undefined): void {
    const count = Array.isArray(value) ? value.length : value === undefined ? 0 : 1;
    const wanted = `${count} ${Array.isArray(value)}`;
    if (shape === wanted) return;
    shape = wanted;
    parts = Array.from({ length: count }, (_, index) => useFields(Array.isArray(value) ? [index] : []));
    uses.replaceChildren(...parts.map((part) => part.element));
  }

  function useFields(place: Path): Part {
    const simple = entries.filter(([, { properties }]) => properties === undefined);
    const fields = simple.map(([name, each]) =>
      fieldPart(
        each,
        {
          title: name,
          path: (view) => [...path(view), ...place, name],
          ...(name === 'learning_rate' &&
            method.learningRate && { placeholder: ratesOf(method.learningRate) }),
        },
        actions,
      ),
    );
    const title = place.length === 0 ? undefined : say('use', Number(place[0]) + 1);
    return {
      element: h(
        'div',
        { role: 'group', 'aria-label': title ?? method.title },
        title === undefined ? undefined : h('h4', {}, title),
        h('div', { class: 'fields' }, ...fields.map(({ element: field }) => field)),
      ),
      update: (view) => fields.forEach((each) => each.update(view)),
    };
  }

  /** What no field of the card says. */
  function isOfCard(problem: string, value: Json | undefined): boolean {
    const rest = problem.split('.').slice(current.length);
    const name = Array.isArray(value) ? rest[1] : rest[0];
    return name === undefined || entries.find(([each]) => each === name)?.[1].properties !== undefined;
  }
}

function ratesOf({ default: rate, range }: NonNullable<MethodInfo['learningRate']>): string {
  return say('defaultAndRange', rate, range[0], range[1]);
}

function trainedText({ parameters }: View, methods: readonly string[]): string {
  const counts = parameters?.counts;
  if (counts === undefined) return '';
  const own = counts.layers.filter(({ method }) => methods.includes(method));
  const trained = own.reduce((sum, share) => sum + share.count, 0);
  return say('trained', countText(trained));
}
