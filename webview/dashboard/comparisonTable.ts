import type { DashboardSnapshot } from '../../src/protocol/dashboard.ts';
import { h } from '../shared/dom.ts';
import { say } from './strings.ts';
import { breakable } from './breakable.ts';
import { differenceText } from './differenceText.ts';
import { formatCount, formatSigned, formatSize, formatSpread, formatValue } from './format.ts';
import { isolate } from './isolate.ts';
import type { Part } from './page.ts';

type Comparison = NonNullable<DashboardSnapshot['comparison']>;

/** Groups side by side: figures, differences to the baseline, and which is best or why none is named. */
export function comparisonTable(): Part {
  const part = h('div', { class: 'comparison' });
  let drawn: Comparison | undefined;
  return {
    element: part,
    update({ snapshot: { comparison } }) {
      if (comparison === drawn) return;
      drawn = comparison;
      part.replaceChildren(...(comparison ? contentOf(comparison) : []));
    },
  };
}

function contentOf({ metric, baseline, rows, winner, notes }: Comparison): Node[] {
  const names = rows.map(({ label }) => label);
  const head = [
    ['group', say('group')],
    ['number wraps', say('seeds')],
    ['number metric', metric],
    ['number', say('difference')],
    ['number wraps', say('interval')],
    ['number', say('bestStep')],
    ['number', say('rate')],
    ['number', say('trained')],
  ];
  const body = rows.map((row) => {
    const { difference, parameters } = row;
    const interval = difference?.interval;
    const cells = [
      row.unfinished > 0 ? `${row.n} (${say('unfinishedNote', row.unfinished)})` : `${row.n}`,
      row.metric ? formatSpread(row.metric.mean, row.metric.standardDeviation) : '–',
      row.label === baseline ? say('baseline') : differenceText(row),
      interval ? say('range', formatSigned(interval[0]), formatSigned(interval[1])) : '–',
      row.bestStep === undefined ? '–' : formatCount(row.bestStep),
      row.samplesPerSecond === undefined ? '–' : formatValue(row.samplesPerSecond),
      parameters ? formatSize(parameters.trained) : '–',
    ];
    const best = row.label === winner ? h('span', { class: 'badge' }, say('winnerMark')) : undefined;
    return h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('bdi', {}, row.label), best),
      ...cells.map((text, i) => h('td', { class: head[i + 1][0] }, text)),
    );
  });
  const verdict = winner === undefined ? [] : [say('winner', winner)];
  return [
    h(
      'div',
      { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': say('comparison') },
      h(
        'table',
        {},
        h('caption', { class: 'spoken' }, say('comparison')),
        h(
          'thead',
          {},
          h(
            'tr',
            {},
            ...head.map(([name, text]) =>
              h('th', { scope: 'col', class: name }, ...(text === metric ? breakable(text) : [text])),
            ),
          ),
        ),
        h('tbody', {}, ...body),
      ),
    ),
    ...[...verdict, ...notes].map((text) => h('p', { class: 'note' }, ...isolate(text, names))),
  ];
}
