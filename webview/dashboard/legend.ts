import { h } from '../shared/dom.ts';
import { hasString, say } from './strings.ts';
import { runLabel } from './curves.ts';
import type { Part } from './page.ts';
import { markerOf } from './palette.ts';
import { isEvaluated, isPoint, quantityOf } from './quantities.ts';
import { swatch } from './swatch.ts';
import { css, seriesColor } from './theme.ts';

/** One legend for all curves: colour and mark by group (or run), style of line, or marks alone, by split. */
export function legend(): Part {
  const list = h('ul', { class: 'legend', 'aria-label': say('legend') });
  let drawn = '';
  return {
    element: list,
    update({ snapshot, ui, theme }) {
      const selected = new Set(snapshot.selected);
      const runs = new Map(snapshot.runs.map((run) => [run.key, run]));
      const splits = new Set(snapshot.series.map(({ metric }) => quantityOf(metric).split).filter(hasString));
      const entries = snapshot.groups.flatMap((group) => {
        const slot = ui.slots[group.key] ?? 0;
        const members = group.members.flatMap((key, shade) => {
          const run = selected.has(key) ? runs.get(key) : undefined;
          return run === undefined ? [] : [{ run, shade }];
        });
        if (members.length === 0) return [];
        if (ui.groupSeeds) return [{ label: group.label, slot, color: css(seriesColor(theme, slot)) }];
        return members.map(({ run, shade }) => {
          const color = css(seriesColor(theme, slot, shade));
          return { label: runLabel(run, group), slot, color };
        });
      });
      const muted = css(theme.muted);
      const now = JSON.stringify([entries, [...splits], muted]);
      if (now === drawn) return;
      drawn = now;
      list.replaceChildren(
        ...entries.map(({ label, slot, color }) =>
          h('li', {}, swatch(color, 'solid', markerOf(slot)), h('bdi', {}, label)),
        ),
        ...[...splits].map((split) => h('li', { class: 'muted' }, splitSwatch(split, muted), say(split))),
      );
    },
  };
}

function splitSwatch(split: string, color: string): SVGSVGElement {
  if (isPoint(split)) return swatch(color, 'none', 'circle');
  return swatch(color, isEvaluated(split) ? 'dashed' : 'solid');
}
