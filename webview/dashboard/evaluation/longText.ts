import { button, h } from '../../shared/dom.ts';
import { say } from '../strings.ts';

/** Characters of a text that are shown at first: some ten lines. */
const SHOWN = 900;
/** Of a character of two units, the first alone. */
const HALF = /[\uD800-\uDBFF]$/;

/** A text as a paragraph; the rest of a long one is there on demand. */
export function longText(text: string, attributes: { class?: string } = {}): HTMLElement {
  const paragraph = h('p', { dir: 'auto', ...attributes, class: `text ${attributes.class ?? ''}` });
  if (text.length <= SHOWN * 1.2) {
    paragraph.textContent = text;
    return paragraph;
  }
  const shown = document.createTextNode(`${text.slice(0, SHOWN).replace(HALF, '').trimEnd()} … `);
  const more = button(say('showWhole'), { class: 'quiet more' }, () => {
    const focus = document.activeElement === more;
    paragraph.replaceChildren(text);
    if (focus) {
      paragraph.tabIndex = -1;
      paragraph.focus();
    }
  });
  paragraph.append(shown, more);
  return paragraph;
}
