import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { parse } from 'yaml';
import { bert } from '../../../src/models/bert.ts';
import type { ValueEdit } from '../../../src/protocol/language.ts';
import { readUiState, type UiState } from '../../../webview/form/uiState.ts';
import { FakePage, pageModule, type FakeElement } from '../../support/fakePage.ts';
import { tinyConfig } from '../../support/tinyModel.ts';
import { formParameters, recipeText, words } from './support.ts';

interface Part {
  readonly element: FakeElement;
  update(view: object): void;
}
const { gridPart } = await pageModule<{ gridPart(actions: object): Part }>('form/gridPart.ts');
const { section } = await pageModule<{
  section(name: string, actions: object, folding: object, ...parts: Part[]): Part;
}>('form/section.ts');
const { trainingPart } = await pageModule<{ trainingPart(vocabulary: object, actions: object): Part }>(
  'form/fieldSections.ts',
);

let page: FakePage;
beforeEach(() => void vi.stubGlobal('document', (page = new FakePage())));
afterEach(() => void vi.unstubAllGlobals());

const text = recipeText('{ ln_tuning: {} }');
const info = { architecture: bert, shape: bert.readConfig(tinyConfig) };

/** A page with one part, its tab left and come back to: it is made anew, and has what was kept of it. */
function form(make: (actions: object) => Part) {
  const parameters = formParameters(text, info);
  const state = { parameters, problems: [{ path: 'task.train', severity: 'error' }] };
  const edits: ValueEdit[] = [];
  let ui: UiState = readUiState(undefined);
  let part: Part;
  const update = () =>
    part.update({
      ...ui,
      vocabulary: words,
      state,
      values: parse(text) as object,
      parameters: parameters.variants[0],
    });
  const actions = {
    set: (change: Partial<UiState>) => {
      ui = { ...ui, ...change };
      update();
    },
    edit: (more: readonly ValueEdit[]) => edits.push(...more),
    whenSettled: (change: () => void) => change(),
  };
  const open = () => {
    ui = readUiState(JSON.parse(JSON.stringify(ui)));
    part = make(actions);
    page.body.replaceChildren(part.element);
    update();
    return part.element;
  };
  return { open, edits, state };
}

it('the grid switches the method it was set to, also when its tab was left', () => {
  const { open, edits } = form(gridPart);
  const press = (grid: FakeElement) =>
    grid
      .querySelectorAll('button')
      .find((each) => each.textContent === 'layer 1')!
      .happens('click');
  const grid = open();
  press(grid);
  expect(edits.at(-1)!.path.slice(0, 2)).toEqual(['methods', 'ln_tuning']);
  grid
    .querySelectorAll('input')
    .find(({ value }) => value === 'adapter')!
    .happens('change');
  press(grid);
  expect(edits.at(-1)!.path.slice(0, 2)).toEqual(['methods', 'adapter']);
  const again = open();
  const radio = again.querySelectorAll('input').find(({ checked }) => checked);
  expect(radio?.value).toBe('adapter');
  edits.length = 0;
  press(again);
  expect(edits.at(-1)!.path.slice(0, 2)).toEqual(['methods', 'adapter']);
});

const folds: readonly (readonly [string, (actions: object) => Part])[] = [
  ['a section', (actions) => section('model', actions, { paths: ['model'] })],
  ['more training', (actions) => trainingPart(words, actions)],
];

it.each(folds)('%s stays unfolded, or folded, as it was left', (_, make) => {
  const { open } = form(make);
  const isOpen = () => foldIn(open()).open;
  expect(isOpen()).toBe(false);
  turn(foldIn(page.body));
  expect(isOpen()).toBe(true);
  turn(foldIn(page.body));
  expect(isOpen()).toBe(false);
});

it('a section in which something is wrong is open, whatever was kept', () => {
  const { open, state } = form((actions) => section('task', actions, { paths: ['task'] }));
  const fold = foldIn(open());
  expect(fold.open).toBe(true);
  // A browser tells of what the page opens, too.
  fold.happens('toggle');
  turn(fold);
  expect(foldIn(open()).open).toBe(true);
  turn(foldIn(page.body));
  state.problems = [];
  expect(foldIn(open()).open).toBe(false);
});

it('what the page unfolded for a fault is folded again when that is gone', () => {
  const { open, state } = form((actions) => section('task', actions, { paths: ['task'] }));
  const fold = foldIn(open());
  expect(fold.open).toBe(true);
  fold.happens('toggle');
  state.problems = [];
  expect(foldIn(open()).open).toBe(false);
});

it('what another version kept falls back field by field', () => {
  const kept = { variant: 'LN', brush: 'adapter', open: ['task'] };
  expect(readUiState(kept)).toEqual(kept);
  expect(readUiState({ variant: 3, brush: 'adapter', open: 'task' })).toEqual({ brush: 'adapter', open: [] });
  expect(readUiState(undefined)).toEqual({ open: [] });
});

function foldIn(element: FakeElement): FakeElement {
  return element.querySelectorAll('details')[0];
}

function turn(fold: FakeElement): void {
  fold.open = !fold.open;
  fold.happens('toggle');
}
