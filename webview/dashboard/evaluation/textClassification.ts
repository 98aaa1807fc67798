import {
  confusionOf,
  pairKey,
  type ClassificationLine,
  type Confusion,
} from '../../../src/protocol/predictions/textClassification.ts';
import { tallyWords } from '../../../src/protocol/predictions/reading.ts';
import { h } from '../../shared/dom.ts';
import { formatCount, formatValue } from '../format.ts';
import { isolate } from '../isolate.ts';
import { say } from '../strings.ts';
import { countButton } from './countButton.ts';
import { labelled } from './labelled.ts';
import { longText } from './longText.ts';
import { shareBar } from './shareBar.ts';
import { figureTable } from './table.ts';
import type { Choice, EvaluationView } from './view.ts';

/** Who was taken for whom, and the texts with the probability that their label was given. */
export const textClassification: EvaluationView<ClassificationLine> = {
  figures({ tally }, choice) {
    const confusion = confusionOf(tally);
    if (confusion.total === 0) return [unlabelledTable(tally, choice)];
    const { right, total, labels, labelCount } = confusion;
    const share = say('rightOf', formatCount(right), formatCount(total), formatValue(right / total));
    const cut = labels.length < labelCount ? say('labelsLeftOut', labels.length, labelCount) : undefined;
    return [
      h('p', { class: 'lead' }, share),
      matrix(confusion, choice),
      ...(cut === undefined ? [] : [h('p', { class: 'muted' }, cut)]),
    ];
  },
  choiceName(key) {
    const [kind, first, second] = tallyWords(key);
    return kind === 'pair' ? say('pairChoice', first, second) : say('predictedChoice', first);
  },
  example({ text, text_pair, label, prediction, scores }) {
    const given = label ?? prediction;
    const probability = Object.hasOwn(scores, given) ? scores[given] : 0;
    return {
      isRight: label === undefined ? undefined : label === prediction,
      facts: [
        ...(label === undefined ? [] : [labelled(say('actual'), label)]),
        labelled(say('predicted'), prediction),
        shareBar(isolate(say('probabilityOf', given, probability.toFixed(3)), [given]), probability),
      ],
      body:
        text === undefined
          ? [h('p', { class: 'muted' }, say('noText'))]
          : [text, ...(text_pair === undefined ? [] : [text_pair])].map((one) => longText(one)),
    };
  },
};

/** Labels of which the cells have room to spare. */
const MANY = 5;

function matrix({ labels, counts, totals }: Confusion, choice: Choice): HTMLElement {
  const rows = labels.map((actual, i) =>
    h(
      'tr',
      {},
      h('th', { scope: 'row' }, h('bdi', {}, actual)),
      ...labels.map((predicted, j) => cell(actual, predicted, counts[i][j], totals[i], choice)),
      h('td', { class: 'number total' }, formatCount(totals[i])),
    ),
  );
  const head = [
    { text: say('actualByPredicted'), class: 'corner' },
    ...labels.map((text) => ({ text, class: 'number' })),
    { text: say('all'), class: 'number total' },
  ];
  return figureTable(say('confusion'), head, rows, {
    class: labels.length > MANY ? 'confusion many' : 'confusion',
  });
}

function cell(actual: string, predicted: string, count: number, whole: number, choice: Choice): HTMLElement {
  const name = say('pairChoice', actual, predicted);
  const td = h(
    'td',
    { class: actual === predicted ? 'number cell right' : 'number cell wrong' },
    countButton(choice, { key: pairKey(actual, predicted), name, count, whole }),
  );
  td.style.setProperty('--share', `${whole === 0 ? 0 : count / whole}`);
  return td;
}

function unlabelledTable(tally: Readonly<Record<string, number>>, choice: Choice): HTMLElement {
  const rows = Object.entries(tally).map(([key, count]) => ({ key, name: tallyWords(key)[1], count }));
  rows.sort((a, b) => b.count - a.count);
  const whole = rows.reduce((sum, { count }) => sum + count, 0);
  const head = [{ text: say('predictedLabel') }, { text: say('examples'), class: 'number' }];
  return figureTable(
    say('unlabelledFile'),
    head,
    rows.map(({ key, name, count }) =>
      h(
        'tr',
        {},
        h('th', { scope: 'row' }, h('bdi', {}, name)),
        h(
          'td',
          { class: 'number' },
          countButton(choice, { key, name: say('predictedChoice', name), count, whole }),
        ),
      ),
    ),
  );
}
