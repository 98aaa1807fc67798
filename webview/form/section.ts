import { h, newId } from '../shared/dom.ts';
import type { Part, View } from './part.ts';
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
export function section(title: string, { paths, needs }: Folding, ...parts: readonly Part[]): Section {
  const heading = h('h2', { id: newId(), tabindex: '-1' }, title);
  const elements = parts.map(({ element }) => element);
  const details = paths && h('details', {}, h('summary', {}, heading), ...elements);
  let isPlaced = false;
  return {
    title,
    id: heading.id,
    element: h(
      'section',
      { 'aria-labelledby': heading.id },
      ...(details ? [details] : [heading, ...elements]),
    ),
    open: () => details && (details.open = true),
    update: (view) => {
      if (details && !isPlaced) {
        details.open = isWanting(view);
        isPlaced = true;
      }
      for (const part of parts) part.update(view);
    },
  };

  function isWanting({ state, values }: View): boolean {
    const wrong = (paths ?? []).some((path) => problemsAt(state.problems, [path]).length > 0);
    return wrong || (needs !== undefined && !needs.some((path) => valueAt(values, path)));
  }
}
