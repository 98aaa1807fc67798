import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { RunRow } from '../../../src/protocol/dashboard.ts';
import { FakePage, pageModule, type FakeElement } from '../../support/fakePage.ts';

interface Actions {
  readonly element: FakeElement;
  update(run: RunRow): void;
}
const { setChildren } = await pageModule<{
  setChildren(parent: FakeElement, children: readonly FakeElement[]): void;
}>('shared/dom.ts');
const { runActions } = await pageModule<{
  runActions(act: () => void, box: FakeElement): Actions;
}>('dashboard/runActions.ts');

let page: FakePage;
beforeEach(() => void vi.stubGlobal('document', (page = new FakePage())));
afterEach(() => void vi.unstubAllGlobals());

const orders = [
  ['first to the end', 'bcda'],
  ['last to the beginning', 'dabc'],
  ['all of them turned', 'dcba'],
  ['some removed, others new', 'xbyz'],
  ['the same', 'abcd'],
] as const;

it.each(orders)('the row with the focus keeps it: %s', (_, order) => {
  for (const name of [...'abcd'].filter((each) => order.includes(each))) {
    const { rows, body } = table();
    rows.get(name)!.children[0].focus();
    setChildren(
      body,
      [...order].map((each) => rows.get(each)!),
    );
    expect(body.textContent).toBe(order);
    expect(page.activeElement.textContent).toBe(name);
  }
});

it('moves no row but the one that goes last, and none for a new one in front', () => {
  const { rows, body } = table();
  const moved = vi.spyOn(body, 'insertBefore');
  const show = (order: string) =>
    setChildren(
      body,
      [...order].map((each) => rows.get(each)!),
    );
  show('bcda');
  expect(moved.mock.calls).toEqual([[rows.get('a'), null]]);
  show('xbcda');
  expect(moved.mock.calls.slice(1)).toEqual([[rows.get('x'), rows.get('b')]]);
});

it.each(['stop', 'resume'])('the focus goes from %s, which hides, to the box of its run', (action) => {
  const box = page.createElement('input');
  const bar = runActions(() => undefined, box);
  page.body.append(box, bar.element);
  const run: RunRow = { key: 'a', id: 'a', status: 'running', recipe: 'spam' };
  const stopped: RunRow = { ...run, status: 'stopped' };
  bar.update(action === 'stop' ? run : stopped);
  const pressed = bar.element.children.find((each) => each.getAttribute('title')?.toLowerCase() === action)!;
  pressed.focus();
  bar.update(action === 'stop' ? run : stopped);
  expect(page.activeElement).toBe(pressed);
  bar.update(action === 'stop' ? { ...run, status: 'stopping' } : run);
  expect(page.activeElement).toBe(box);
});

/** Rows a to d with something to focus in each; x to z are made, too. */
function table() {
  const rows = new Map(
    [...'abcdxyz'].map((name) => {
      const [row, box] = ['tr', 'input'].map((tag) => page.createElement(tag));
      box.textContent = name;
      row.append(box);
      return [name, row];
    }),
  );
  const body = page.createElement('tbody');
  body.append(...[...'abcd'].map((name) => rows.get(name)!));
  page.body.append(body);
  return { rows, body };
}
