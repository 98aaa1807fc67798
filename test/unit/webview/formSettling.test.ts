import { expect, it } from 'vitest';
import { createSettling } from '../../../webview/form/settling.ts';

/** A page whose switches flip a list that it was told of. */
function page() {
  const settling = createSettling();
  const sent: number[][] = [];
  let list: readonly number[] = [0, 1, 2];
  settling.shown(1);
  return {
    sent,
    click: (one: number) =>
      settling.whenSettled(() => {
        settling.sent();
        sent.push(list.filter((each) => each !== one));
      }),
    answered: settling.answered,
    shown: (version: number, next: readonly number[]) => {
      list = next;
      settling.shown(version);
    },
  };
}

it('computes the second of two quick clicks from what the first one left', () => {
  const { sent, click, answered, shown } = page();
  click(0);
  click(1);
  expect(sent).toEqual([[1, 2]]);
  shown(1, [0, 1, 2]); // asked for before
  answered(2);
  expect(sent).toHaveLength(1);
  shown(2, [1, 2]);
  expect(sent).toEqual([[1, 2], [2]]);
});

it('goes on after an edit that was refused, and where the view came before the answer', () => {
  const { sent, click, answered, shown } = page();
  click(0);
  click(1);
  answered(1);
  expect(sent).toEqual([
    [1, 2],
    [0, 2],
  ]);
  shown(2, [0, 2]);
  answered(2);
  click(2);
  expect(sent[2]).toEqual([0]);
});
