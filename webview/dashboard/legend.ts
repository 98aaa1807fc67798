import { element } from '../shared/element.ts';
import { hasString, say } from '../shared/strings.ts';
import { runLabel } from './curves.ts';
import type { Part } from './page.ts';
import { colorCount, markerOf } from './palette.ts';
import { isEvaluated, quantityOf } from './quantities.ts';
import { slotColor, swatch } from './swatch.ts';
import { css, seriesColor } from './theme.ts';

/** One legend for all curves: colour and mark by group (or run), style of line by split. */
export function legend(): Part {
  const list = element('ul', { class: 'legend', 'aria-label': say('legend') });
  let drawn = '';
  return {
    element: list,
    update({ snapshot, ui, theme }) {
      const selected = new Set(snapshot.selected);
      const splits = new Set(snapshot.series.map(({ metric }) => quantityOf(metric).split).filter(hasString));
      const entries = snapshot.groups.flatMap((group) => {
        const slot = ui.slots[group.key] ?? 0;
        const runs = snapshot.runs.filter(({ key }) => group.members.includes(key) && selected.has(key));
        if (runs.length === 0) return [];
        if (ui.groupSeeds) return [{ label: group.label, slot, color: slotColor(slot, colorCount) }];
        return runs.map((run) => {
          const color = css(seriesColor(theme, slot, group.members.indexOf(run.key)));
          return { label: runLabel(run, group), slot, color };
        });
      });
      const now = JSON.stringify([entries, [...splits]]);
      if (now === drawn) return;
      drawn = now;
      list.replaceChildren(
        ...entries.map(({ label, slot, color }) =>
          element('li', {}, swatch(color, markerOf(slot)), element('bdi', {}, label)),
        ),
        ...[...splits].map((split) =>
          element(
            'li',
            { class: 'muted' },
            swatch('currentcolor', undefined, isEvaluated(split)),
            say(split),
          ),
        ),
      );
    },
  };
}
