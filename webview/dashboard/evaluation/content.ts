import type { PredictionsAnswer } from '../../../src/protocol/predictions/messages.ts';
import { button, h, setText } from '../../shared/dom.ts';
import { formatCount } from '../format.ts';
import type { Page } from '../page.ts';
import { say } from '../strings.ts';
import type { PredictionsChoice } from '../uiState.ts';
import { exampleItems } from './exampleList.ts';
import { pager } from './pager.ts';
import { choiceOf, PAGE_SIZE } from './query.ts';
import { evaluationViews } from './registry.ts';
import type { Choice, EvaluationView } from './view.ts';

type Content = NonNullable<PredictionsAnswer['content']>;

/** Figures of a file beside a page of its examples. */
export function evaluationContent(page: Page) {
  let choice: PredictionsChoice = { order: 'worst', from: 0 };
  const change = (by: Partial<PredictionsChoice>) => page.set({ predictions: { ...choice, ...by } });
  const choose = (having: string | undefined) => change({ having, from: 0 });
  const figures = h('div', { class: 'figures-pane' });
  const chosenName = h('span', { dir: 'auto' });
  const chosen = h(
    'span',
    { class: 'chosen' },
    chosenName,
    button(say('allExamples'), { class: 'quiet' }, () => {
      choose(undefined);
      heading.focus();
    }),
  );
  const pages = pager(PAGE_SIZE, (from) => {
    change({ from });
    heading.scrollIntoView({ block: 'start' });
  });
  const heading = h('h3', { tabindex: -1 }, say('examples'));
  const list = h('ol', { class: 'examples', 'aria-label': say('examples') });
  const broken = h('details', { class: 'broken' });
  const cut = h('p', { class: 'note' });
  const root = h(
    'div',
    { class: 'evaluation' },
    figures,
    h(
      'div',
      { class: 'examples-pane' },
      h('div', { class: 'examples-head' }, heading, chosen, pages.element),
      broken,
      cut,
      list,
    ),
  );
  let drawnFigures = '';
  return {
    element: root,
    show({ query, content, file = '', task }: PredictionsAnswer): void {
      choice = choiceOf(query);
      if (content === undefined || task === undefined) return;
      const view = evaluationViews[task];
      const { lines, matching, isCut, count } = content;
      const name = JSON.stringify([task, query.run, file, query.having, content.tally]);
      if (name !== drawnFigures) drawFigures(view, content, { key: query.having, choose });
      drawnFigures = name;
      chosen.hidden = query.having === undefined;
      if (query.having !== undefined) setText(chosenName, view.choiceName(query.having));
      pages.show(query.from, lines.length, matching);
      list.start = query.from + 1;
      list.replaceChildren(...exampleItems(view, lines));
      drawBroken(content, file);
      cut.hidden = !isCut;
      setText(cut, isCut ? say('fileCut', formatCount(count)) : '');
    },
  };

  /** The pressed count keeps the focus. */
  function drawFigures(view: EvaluationView, content: Content, how: Choice): void {
    const { activeElement } = document;
    const key =
      activeElement instanceof HTMLElement && figures.contains(activeElement)
        ? activeElement.dataset.key
        : undefined;
    figures.replaceChildren(...view.figures(content, how));
    if (key === undefined) return;
    figures.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)?.focus();
  }

  function drawBroken({ broken: { count, first } }: Content, file: string): void {
    broken.hidden = count === 0;
    broken.replaceChildren(
      h('summary', {}, count === 1 ? say('brokenLine') : say('brokenLines', formatCount(count))),
      h(
        'ul',
        {},
        ...first.map(({ line, problem }) =>
          h('li', { dir: 'auto' }, `predictions/${file}.jsonl:${line}: ${problem}`),
        ),
      ),
    );
  }
}
