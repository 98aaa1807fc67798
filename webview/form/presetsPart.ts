import type { Preset, Vocabulary } from '../../src/protocol/language.ts';
import { button, h, newId } from '../shared/dom.ts';
import type { Actions, Part } from './part.ts';
import { say } from './strings.ts';
import { isSame, methodsPath, valueAt } from './values.ts';
import type { Path } from './values.ts';

const GROUPS: readonly Preset['group'][] = ['ablations', 'unions', 'baselines', 'comparisons'];

/** Choices of methods that have a name: one of them replaces the methods of the variant shown. */
export function presetsPart({ presets }: Vocabulary, actions: Actions): Part {
  let path: Path = ['methods'];
  const items = presets.map((preset) => {
    const help = h('span', { class: 'spoken', id: newId() }, say('presetHelp', preset.help, preset.source));
    const use = button(
      preset.title,
      { class: 'chip', title: help.textContent, 'aria-describedby': help.id },
      () =>
        actions.edit(
          preset.variants === undefined
            ? [{ path, value: preset.methods }]
            : [
                { path: ['methods'], value: preset.methods },
                { path: ['variants'], value: preset.variants },
              ],
        ),
    );
    return { preset, use, element: h('span', {}, use, help) };
  });
  const rows = GROUPS.map((group) => {
    const title = h('span', { class: 'muted', id: newId() }, say(group));
    const own = items.filter(({ preset }) => preset.group === group);
    return h(
      'div',
      { role: 'group', 'aria-labelledby': title.id },
      title,
      h('div', { class: 'chips' }, ...own.map(({ element }) => element)),
    );
  });
  return {
    element: h('div', { class: 'presets' }, ...rows),
    update: ({ values, variant }) => {
      path = methodsPath(values, variant);
      for (const { preset, use } of items) {
        const isUsed =
          preset.variants === undefined
            ? isSame(valueAt(values, path), preset.methods)
            : isSame(valueAt(values, ['variants']), preset.variants);
        use.setAttribute('aria-pressed', String(isUsed));
      }
    },
  };
}
