import { h, newId } from '../shared/dom.ts';
import { foldPart } from './foldPart.ts';
import type { Actions, Part, View } from './part.ts';
import { say, type StringKey } from './strings.ts';
import { problemsAt, valueAt } from './values.ts';
import type { Path } from './values.ts';

export interface Section extends Part {
  readonly title: string;
  /** Of its heading, for links. */
  readonly id: string;
  /** Unfolds it. */
  open(): void;
}

/** Fields that one section is about: it starts folded where what it needs is there and nothing in it is wrong. */
interface Folding {
  readonly paths?: readonly string[];
  /** One of these has to be written. */
  readonly needs?: readonly Path[];
}

/** Parts of the page under a heading. */
export function section(
  name: StringKey,
  actions: Actions,
  { paths, needs }: Folding,
  ...parts: readonly Part[]
): Section {
  const title = say(name);
  const heading = h('h2', { id: newId(), tabindex: '-1' }, title);
  const fold = paths && foldPart(name, heading, parts, actions, isWanting);
  const elements = fold ? [fold.element] : [heading, ...parts.map(({ element }) => element)];
  return {
    title,
    id: heading.id,
    element: h('section', { 'aria-labelledby': heading.id }, ...elements),
    open: () => fold && (fold.element.open = true),
    update: (view) => (fold ? [fold] : parts).forEach((part) => part.update(view)),
  };

  function isWanting({ state, values }: View): boolean {
    const wrong = (paths ?? []).some((path) => problemsAt(state.problems, [path]).length > 0);
    return wrong || (needs !== undefined && !needs.some((path) => valueAt(values, path)));
  }
}
