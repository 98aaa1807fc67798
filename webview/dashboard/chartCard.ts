import { h, setText } from '../shared/dom.ts';
import { say } from './strings.ts';

export interface ChartCard {
  readonly element: HTMLElement;
  readonly canvas: HTMLCanvasElement;
  /** On screen or nearly. */
  readonly visible: () => boolean;
  setTitle(text: string): void;
  /** Instead of the drawing, where there is nothing to draw. */
  setNote(text: string): void;
  setTable(open: boolean, table: () => Node): void;
}

/** One screen ahead, in the page and in what scrolls in it: a chart is there before it is scrolled to. */
const ahead: IntersectionObserverInit & { scrollMargin: string } = {
  root: document,
  scrollMargin: '100% 0px',
};

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    target.toggleAttribute('data-visible', isIntersecting);
    if (isIntersecting) target.dispatchEvent(new Event('seen'));
  }
}, ahead);

/** A titled canvas and the button that shows its numbers. `onSeen`: it came on screen; `onToggle`: the button. */
export function chartCard(onSeen: () => void, onToggle: () => void): ChartCard {
  const canvas = h('canvas', { role: 'img' });
  const title = h('h3', { dir: 'auto' });
  const button = h('button', { type: 'button', class: 'quiet', onclick: onToggle });
  const note = h('p', { class: 'muted canvas-note' });
  const data = h('div', { class: 'data scroll', tabindex: 0, role: 'region' });
  const card = h(
    'article',
    { class: 'card', onseen: onSeen },
    h('header', {}, title, button),
    h('div', { class: 'canvas' }, canvas, note),
    data,
  );
  button.textContent = say('showData');
  data.hidden = true;
  observer.observe(card);
  return {
    element: card,
    canvas,
    visible: () => card.hasAttribute('data-visible'),
    setTitle(text) {
      setText(title, text);
      // Until it is drawn and says more.
      if (!canvas.hasAttribute('aria-label')) canvas.setAttribute('aria-label', text);
      data.setAttribute('aria-label', say('dataOf', text));
    },
    setNote(text) {
      setText(note, text);
      note.hidden = text === '';
    },
    setTable(open, table) {
      setText(button, say(open ? 'hideData' : 'showData'));
      button.setAttribute('aria-label', say('actionOn', button.textContent, title.textContent));
      button.setAttribute('aria-expanded', `${open}`);
      data.hidden = !open;
      if (open) data.replaceChildren(table());
      else data.replaceChildren();
    },
  };
}
