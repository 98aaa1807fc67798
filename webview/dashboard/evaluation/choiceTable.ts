import { h } from '../../shared/dom.ts';
import { say } from '../strings.ts';
import { countButton } from './countButton.ts';
import { figureTable } from './table.ts';
import type { Choice } from './view.ts';

/** Kinds of outcomes with their counts and shares, one a row. */
export function choiceTable(
  caption: string,
  rows: readonly { readonly key: string; readonly name: string; readonly count: number }[],
  choice: Choice,
): HTMLElement {
  const whole = rows.reduce((sum, { count }) => sum + count, 0);
  return figureTable(
    caption,
    [{ text: say('outcome') }, { text: say('examples'), class: 'number' }],
    rows.map((row) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, row.name),
        h('td', { class: 'number' }, countButton(choice, { ...row, whole })),
      ),
    ),
  );
}
