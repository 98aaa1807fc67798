import { button, h, setText } from '../../shared/dom.ts';
import { formatCount } from '../format.ts';
import { say } from '../strings.ts';

/** Which part of a list is shown, and buttons to the parts before and after it. */
export function pager(size: number, goTo: (from: number) => void) {
  let from = 0;
  const range = h('span', { class: 'range', role: 'status' });
  const turn = (by: number) => (pressed: HTMLButtonElement) => {
    if (pressed.getAttribute('aria-disabled') !== 'true') goTo(Math.max(0, from + by));
  };
  const previous = button(say('previousPage'), {}, turn(-size));
  const next = button(say('nextPage'), {}, turn(size));
  const buttons = h('nav', { class: 'pager-buttons', 'aria-label': say('pages') }, previous, next);
  return {
    element: h('div', { class: 'pager' }, range, buttons),
    show(first: number, shown: number, total: number): void {
      from = first;
      const text =
        total === 0
          ? ''
          : say('rangeOf', formatCount(first + 1), formatCount(first + shown), formatCount(total));
      setText(range, text);
      buttons.hidden = total <= size;
      // The one that has the focus stays able to have it.
      previous.setAttribute('aria-disabled', `${first === 0}`);
      next.setAttribute('aria-disabled', `${first + shown >= total}`);
    },
  };
}
