import type { AnyLine } from '../../../src/protocol/predictions/reading.ts';
import { h } from '../../shared/dom.ts';
import { icon } from '../../shared/icons.ts';
import { say } from '../strings.ts';
import type { EvaluationView } from './view.ts';

/** Examples as items of a list: what is known of each in a line, and below it what it is. */
export function exampleItems(view: EvaluationView, lines: readonly AnyLine[]): HTMLLIElement[] {
  return lines.map((line) => {
    const { isRight, facts, body } = view.example(line);
    return h(
      'li',
      { class: 'example', 'data-right': isRight === undefined ? undefined : `${isRight}` },
      h(
        'div',
        { class: 'facts' },
        h('span', { class: 'muted example-id', title: say('rowHint') }, say('row', line.id)),
        isRight === undefined ? undefined : mark(isRight),
        ...facts,
      ),
      ...body,
    );
  });
}

/** Sign and word: a colour alone tells not everybody. */
function mark(isRight: boolean): HTMLElement {
  const element = h('span', { class: 'verdict' }, say(isRight ? 'isRight' : 'isWrong'));
  element.prepend(icon(isRight ? 'finished' : 'failed'));
  return element;
}
