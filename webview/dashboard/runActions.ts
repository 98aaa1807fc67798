import type { RunKey, RunRow } from '../../src/protocol/dashboard.ts';
import { h } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';
import { say } from './strings.ts';
import { type Action, allowedActions } from './tableRows.ts';

const actions: readonly Action[] = ['stop', 'resume', 'openRecipe', 'showLog', 'predict', 'exportAdapter'];

/**
 * Small buttons, one per action; those that its status does not allow are hidden.
 * @param box of the run, which gets the focus of a button that hides: the one that takes its place undoes what was pressed
 */
export function runActions(act: (action: Action, run: RunKey) => void, box: HTMLElement) {
  let key = '';
  const buttons = actions.map((action) =>
    h(
      'button',
      { type: 'button', class: 'quiet action', onclick: () => act(action, key), title: say(action) },
      icon(action),
    ),
  );
  return {
    element: h('span', { class: 'action-bar' }, ...buttons),
    update(run: RunRow) {
      key = run.key;
      const allowed = allowedActions(run);
      buttons.forEach((button, i) => {
        const hides = !allowed.has(actions[i]);
        if (hides && button === document.activeElement) box.focus();
        button.hidden = hides;
        button.setAttribute('aria-label', say('actionOn', say(actions[i]), run.id));
      });
    },
  };
}
