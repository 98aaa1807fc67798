import { button, h } from '../../shared/dom.ts';
import { formatCount } from '../format.ts';
import { formatShare } from './formatShare.ts';
import type { Choice } from './view.ts';

/**
 * A count that shows the lines it counts when it is pressed, and all lines when it is pressed again. Nothing can be pressed for 0.
 * @param name what is counted, for who does not see the table around it
 * @param whole of what the count is a share, where that is shown
 */
export function countButton(
  { key: chosen, choose }: Choice,
  { key, name, count, whole }: { key: string; name: string; count: number; whole?: number },
): HTMLElement {
  const share = whole === undefined || whole === 0 ? undefined : formatShare(count / whole);
  const texts = [
    h('span', { class: 'figure' }, formatCount(count)),
    ...(share === undefined ? [] : [' ', h('span', { class: 'share' }, share)]),
  ];
  if (count === 0) return h('span', { class: 'count none' }, ...texts);
  const isChosen = chosen === key;
  const element = button('', { class: 'quiet count', 'aria-pressed': `${isChosen}`, 'data-key': key }, () =>
    choose(isChosen ? undefined : key),
  );
  element.append(h('span', { class: 'spoken' }, `${name}, `), ...texts);
  return element;
}
