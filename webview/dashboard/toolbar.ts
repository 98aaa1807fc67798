import { h, setText } from '../shared/dom.ts';
import { say, type StringKey } from './strings.ts';
import type { Page, Part } from './page.ts';
import { axes, type UiState } from './uiState.ts';

type Switch = 'logX' | 'logY' | 'groupSeeds';

/** How the curves are drawn; everything in it is remembered. */
export function toolbar(page: Page, resetZoom: () => void): Part {
  const value = h('output', { class: 'smoothing-value' });
  const slider = h('input', {
    type: 'range',
    min: 0,
    max: 0.99,
    step: 0.01,
    id: 'smoothing',
    title: say('smoothingHint'),
    oninput: () => page.set({ smoothing: Number(slider.value) }),
  });
  const axis = h(
    'select',
    {
      'aria-label': say('axis'),
      title: say('axis'),
      onchange: () => page.set({ axis: axis.value as UiState['axis'] }),
    },
    ...axes.map((name) => h('option', { value: name }, say(name))),
  );
  const switches = (['logX', 'logY', 'groupSeeds'] as const).map((name) => {
    const title: StringKey | undefined = name === 'groupSeeds' ? 'groupSeedsHint' : undefined;
    const button = h(
      'button',
      { type: 'button', title: title && say(title), onclick: () => flip(name) },
      say(name),
    );
    return { name, button };
  });
  let ui: UiState;
  const flip = (name: Switch) => page.set({ [name]: !ui[name] });
  const reset = h('button', { type: 'button', title: say('zoomHint'), onclick: resetZoom }, say('resetZoom'));
  return {
    element: h(
      'div',
      { class: 'toolbar', role: 'group', 'aria-label': say('controls') },
      h('label', { for: 'smoothing' }, say('smoothing')),
      slider,
      value,
      axis,
      ...switches.map(({ button }) => button),
      reset,
    ),
    update(model) {
      ui = model.ui;
      slider.value = `${ui.smoothing}`;
      setText(value, ui.smoothing.toFixed(2));
      axis.value = ui.axis;
      for (const { name, button } of switches) button.setAttribute('aria-pressed', `${ui[name]}`);
    },
  };
}
