import { h } from '../shared/dom.ts';
import type { Actions, Part, View } from './part.ts';

export interface FoldPart extends Part {
  readonly element: HTMLDetailsElement;
}

/**
 * Parts under a summary, folded at first where they are not wanting. An open one is so again when the page is made anew.
 * @param name by which it is kept
 */
export function foldPart(
  name: string,
  summary: Node | string,
  parts: readonly Part[],
  actions: Actions,
  isWanting: (view: View) => boolean = () => false,
): FoldPart {
  const element = h('details', {}, h('summary', {}, summary), ...parts.map((part) => part.element));
  let open: readonly string[] = [];
  /** Undefined before the first update; what the page itself unfolds is not kept. */
  let isOpen: boolean | undefined;
  element.addEventListener('toggle', () => {
    if (isOpen === undefined || isOpen === element.open) return;
    isOpen = element.open;
    const others = open.filter((each) => each !== name);
    actions.set({ open: element.open ? [...others, name] : others });
  });
  return {
    element,
    update: (view) => {
      if (isOpen === undefined) element.open = isOpen = view.open.includes(name) || isWanting(view);
      open = view.open;
      for (const part of parts) part.update(view);
    },
  };
}
