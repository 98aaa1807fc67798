import {
  answerInContext,
  verdictKey,
  verdictOf,
  verdicts,
  type AnswerLine,
} from '../../../src/protocol/predictions/questionAnswering.ts';
import { tallyWords } from '../../../src/protocol/predictions/reading.ts';
import { h } from '../../shared/dom.ts';
import { say, type StringKey } from '../strings.ts';
import { choiceTable } from './choiceTable.ts';
import { labelled } from './labelled.ts';
import { longText } from './longText.ts';
import { nearAfter, nearBefore } from './nearText.ts';
import type { EvaluationView } from './view.ts';

/** How much of a right answer was given; questions with the answer marked in its context. */
export const questionAnswering: EvaluationView<AnswerLine> = {
  figures({ tally }, choice) {
    const rows = [...verdicts, undefined].flatMap((verdict) => {
      const key = verdictKey(verdict);
      const count = tally[key] ?? 0;
      return count === 0 && verdict === undefined ? [] : [{ key, name: nameOf(key), count }];
    });
    return [choiceTable(say('answers'), rows, choice), h('p', { class: 'muted' }, say('answersHint'))];
  },
  choiceName: nameOf,
  example(line) {
    const verdict = verdictOf(line);
    const { label, prediction, question } = line;
    return {
      isRight: verdict === undefined || verdict === 'partial' ? undefined : verdict === 'exact',
      facts: [
        ...(verdict === 'partial' ? [h('span', { class: 'fact' }, say('partlyRight'))] : []),
        ...(label === undefined
          ? []
          : [labelled(say('actual'), label.length === 0 ? say('noAnswer') : unique(label).join(' · '))]),
        labelled(say('predicted'), prediction === '' ? say('noAnswer') : prediction),
      ],
      body: [h('p', { dir: 'auto', class: 'text question' }, question), context(line)],
    };
  },
};

const names: Readonly<Record<string, StringKey>> = {
  exact: 'exactAnswer',
  partial: 'partialAnswer',
  wrong: 'wrongAnswer',
  unlabelled: 'unlabelled',
};

function nameOf(key: string): string {
  return say(names[tallyWords(key)[1]] ?? 'unlabelled');
}

const unique = (texts: readonly string[]) => [...new Set(texts)];

function context(line: AnswerLine): HTMLElement {
  const cut = answerInContext(line);
  if (cut === undefined) return longText(line.context);
  const { before, inside, after } = cut;
  const answer = h('mark', { class: 'answer' }, inside);
  return h('p', { dir: 'auto', class: 'text' }, nearBefore(before), answer, nearAfter(after));
}
