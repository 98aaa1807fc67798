import {
  likenessKey,
  likenesses,
  referenceOverlap,
  referencesOf,
  type GeneratedLine,
} from '../../../src/protocol/predictions/textGeneration.ts';
import { tallyWords } from '../../../src/protocol/predictions/reading.ts';
import { h } from '../../shared/dom.ts';
import { say, type StringKey } from '../strings.ts';
import { choiceTable } from './choiceTable.ts';
import { formatShare } from './formatShare.ts';
import { longText } from './longText.ts';
import { shareBar } from './shareBar.ts';
import type { EvaluationView } from './view.ts';

/** How like the references the texts are; each beside them. */
export const textGeneration: EvaluationView<GeneratedLine> = {
  figures({ tally }, choice) {
    const rows = [...likenesses, undefined].flatMap((likeness) => {
      const key = likenessKey(likeness);
      const count = tally[key] ?? 0;
      return count === 0 && likeness === undefined ? [] : [{ key, name: nameOf(key), count }];
    });
    return [choiceTable(say('generated'), rows, choice), h('p', { class: 'muted' }, say('generatedHint'))];
  },
  choiceName: nameOf,
  example(line) {
    const overlap = referenceOverlap(line);
    const references = referencesOf(line);
    return {
      // Another text than the reference may be as good.
      isRight: undefined,
      facts:
        overlap === undefined
          ? []
          : [shareBar([document.createTextNode(say('wordsInCommon', formatShare(overlap)))], overlap)],
      body: [
        h(
          'dl',
          { class: 'beside' },
          ...column(say('input'), [line.input]),
          ...column(say('generatedText'), [line.prediction]),
          ...(references.length === 0 ? [] : column(say('reference'), references)),
        ),
      ],
    };
  },
};

const names: Readonly<Record<string, StringKey>> = {
  same: 'sameWords',
  most: 'mostWords',
  half: 'halfWords',
  some: 'someWords',
  little: 'fewWords',
  unlabelled: 'unlabelled',
};

function nameOf(key: string): string {
  return say(names[tallyWords(key)[1]] ?? 'unlabelled');
}

function column(label: string, texts: readonly string[]): HTMLElement[] {
  return [
    h('div', {}, h('dt', { class: 'muted' }, label), h('dd', {}, ...texts.map((text) => longText(text)))),
  ];
}
