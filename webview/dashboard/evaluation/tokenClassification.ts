import {
  judgedEntities,
  outcomeKey,
  outcomes,
  outcomesByType,
  type JudgedEntity,
  type Outcome,
  type TaggedLine,
} from '../../../src/protocol/predictions/tokenClassification.ts';
import { tallyWords } from '../../../src/protocol/predictions/reading.ts';
import { h } from '../../shared/dom.ts';
import { formatCount } from '../format.ts';
import { say } from '../strings.ts';
import { choiceTable } from './choiceTable.ts';
import { countButton } from './countButton.ts';
import { figureTable } from './table.ts';
import type { Choice, EvaluationView } from './view.ts';

/** Entities by type and what became of them; sentences with their entities as they are, beside the predicted ones. */
export const tokenClassification: EvaluationView<TaggedLine> = {
  figures(summary, choice) {
    const types = outcomesByType(summary);
    if (types === undefined) return [unlabelledTable(summary.tally, choice)];
    return [typeTable(types, choice), legend()];
  },
  choiceName(key) {
    const [kind, type, outcome] = tallyWords(key);
    return kind === 'entity' ? outcomeName(type, outcome as Outcome) : say('predictedChoice', type);
  },
  example(line) {
    const { gold, predicted } = judgedEntities(line);
    const wrong = [...(gold ?? []), ...predicted].filter(({ outcome }) => outcome !== 'right').length;
    const facts = outcomes.flatMap((outcome) => {
      const of = outcome === 'spurious' ? predicted : (gold ?? []);
      const count = of.filter((entity) => entity.outcome === outcome).length;
      return count === 0 ? [] : [h('span', { class: 'fact' }, say(`${outcome}Count`, count))];
    });
    return {
      isRight: gold === undefined ? undefined : wrong === 0,
      facts,
      body: [
        h(
          'dl',
          { class: 'tagged' },
          ...(gold === undefined ? [] : sentence(say('actualTags'), line.tokens, gold)),
          ...sentence(say('predictedTags'), line.tokens, predicted),
        ),
      ],
    };
  },
};

function outcomeName(type: string, outcome: Outcome): string {
  return say(`${outcome}Choice`, type);
}

type TypeCounts = NonNullable<ReturnType<typeof outcomesByType>>;

function typeTable(types: TypeCounts, choice: Choice): HTMLElement {
  const head = [
    { text: say('entityType') },
    ...outcomes.map((outcome) => ({ text: say(outcome), class: 'number' })),
    ...(['precision', 'recall', 'f1'] as const).map((name) => ({ text: say(name), class: 'number' })),
  ];
  const sum = (outcome: Outcome) => types.reduce((total, { counts }) => total + counts[outcome], 0);
  const all = { right: sum('right'), missed: sum('missed'), spurious: sum('spurious') };
  return figureTable(say('entities'), head, [
    ...types.map(({ type, counts }) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('bdi', {}, type)),
        ...outcomes.map((outcome) => {
          const name = outcomeName(type, outcome);
          const count = { key: outcomeKey(type, outcome), name, count: counts[outcome] };
          return h('td', { class: 'number' }, countButton(choice, count));
        }),
        ...quality(counts),
      ),
    ),
    h(
      'tr',
      { class: 'total' },
      h('th', { scope: 'row' }, say('all')),
      ...outcomes.map((outcome) =>
        h('td', { class: 'number' }, h('span', { class: 'count' }, formatCount(all[outcome]))),
      ),
      ...quality(all),
    ),
  ]);
}

/** Precision, recall and F1; none where there is nothing to divide by. */
function quality({ right, missed, spurious }: Readonly<Record<Outcome, number>>): HTMLElement[] {
  const share = (part: number, whole: number) => (whole === 0 ? '–' : (part / whole).toFixed(3));
  return [
    share(right, right + spurious),
    share(right, right + missed),
    share(2 * right, 2 * right + missed + spurious),
  ].map((text) => h('td', { class: 'number' }, text));
}

function unlabelledTable(tally: Readonly<Record<string, number>>, choice: Choice): HTMLElement {
  const rows = Object.entries(tally).map(([key, count]) => ({ key, name: tallyWords(key)[1], count }));
  return choiceTable(say('unlabelledFile'), rows, choice);
}

function legend(): HTMLElement {
  return h(
    'p',
    { class: 'muted entity-legend' },
    ...outcomes.flatMap((outcome) => [h('span', { class: `entity ${outcome}` }, say(outcome)), ' ']),
    say('entityHint'),
  );
}

/** The words as a text, each entity marked with its type and, read aloud, what became of it. */
function sentence(
  label: string,
  words: readonly string[],
  entities: readonly JudgedEntity[],
): [HTMLElement, HTMLElement] {
  const parts: (Node | string)[] = [];
  let next = 0;
  for (const { type, start, end, outcome } of entities) {
    parts.push(`${words.slice(next, start).join(' ')} `);
    parts.push(
      h(
        'mark',
        { class: `entity ${outcome ?? ''}` },
        h('bdi', {}, words.slice(start, end).join(' ')),
        h('span', { class: 'spoken' }, ', '),
        h('bdi', { class: 'entity-type' }, type),
        outcome && h('span', { class: 'spoken' }, `, ${say(outcome)}`),
      ),
      ' ',
    );
    next = end;
  }
  parts.push(words.slice(next).join(' '));
  return [h('dt', { class: 'muted' }, label), h('dd', { dir: 'auto', class: 'text' }, ...parts)];
}
