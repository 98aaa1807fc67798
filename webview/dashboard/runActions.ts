import type { RunKey, RunRow } from '../../src/protocol/dashboard.ts';
import { h } from '../shared/dom.ts';
import { icon } from '../shared/icons.ts';
import { say } from './strings.ts';
import { type Action, allowedActions } from './tableRows.ts';

const actions: readonly Action[] = ['stop', 'resume', 'openRecipe', 'showLog', 'predict', 'exportAdapter'];

/** Small buttons, one per action; those that its status does not allow are hidden. */
export function runActions(act: (action: Action, run: RunKey) => void) {
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
        button.hidden = !allowed.has(actions[i]);
        button.setAttribute('aria-label', say('actionOn', say(actions[i]), run.id));
      });
    },
  };
}
