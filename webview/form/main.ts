import '../shared/theme.css';
import './form.css';
import type { FormState, FromForm, ToForm } from '../../src/protocol/form.ts';
import type { Vocabulary } from '../../src/protocol/language.ts';
import { connectHost, onHostMessage } from '../shared/vscodeApi.ts';
import { h } from '../shared/dom.ts';
import type { Finding } from './findings.ts';
import { gridPart } from './gridPart.ts';
import { headerPart } from './headerPart.ts';
import { methodCards } from './methodCards.ts';
import { goToPlace } from './places.ts';
import { shownFindings } from './shownFindings.ts';
import type { Actions, Part, View } from './part.ts';
import { presetsPart } from './presetsPart.ts';
import { createSettling } from './settling.ts';
import { experimentPart, recipePart, taskPart, trainingPart } from './fieldSections.ts';
import { section } from './section.ts';
import type { Section } from './section.ts';
import { readUiState, type UiState } from './uiState.ts';
import { variantsPart } from './variantsPart.ts';

const host = connectHost<FromForm, UiState>();
let ui = readUiState(host?.getState());
let vocabulary: Vocabulary | undefined;
let state: FormState | undefined;
let parts: readonly Part[] = [];
let plan: View['plan'];
let body: HTMLElement | undefined;
let known: readonly string[] = [];

const settling = createSettling();
const actions: Actions = {
  edit: (edits) => {
    settling.sent();
    host?.post({
      type: 'edit',
      edits: edits.map(({ path, value, newKey }) =>
        newKey === undefined
          ? { path: [...path], ...(value !== undefined && { value }) }
          : { path: [...path], newKey },
      ),
    });
  },
  whenSettled: settling.whenSettled,
  browse: (path, what) => host?.post({ type: 'browse', path: [...path], what }),
  act: (action) => host?.post({ type: 'act', action }),
  set: (change) => {
    ui = { ...ui, ...change };
    update();
  },
  goTo: (finding, concerned = variantOf(finding)) => {
    if (concerned !== undefined) actions.set({ variant: concerned });
    if (body === undefined || body.inert || !goToPlace(body, finding.path))
      host?.post({ type: 'reveal', line: finding.line });
  },
};

onHostMessage<ToForm>((message) => {
  if (message.type === 'edited') return settling.answered(message.version);
  if (message.type === 'vocabulary') build(message.vocabulary);
  else if (message.type === 'plan') plan = message;
  else state = message.state;
  update();
  if (message.type === 'state') settling.shown(message.state.version);
});
host?.post({ type: 'ready' });

function build(next: Vocabulary): void {
  vocabulary = next;
  const sections: readonly Section[] = [
    section('variants', actions, {}, variantsPart(actions)),
    section('grid', actions, {}, presetsPart(next, actions), gridPart(actions), shownFindings(actions)),
    section('methods', actions, {}, methodCards(next, actions)),
    section(
      'model',
      actions,
      { paths: ['model', 'name', 'revision', 'config', 'weights'], needs: [['model'], ['config']] },
      recipePart(next, actions),
    ),
    section('task', actions, { paths: ['task'], needs: [['task', 'train']] }, taskPart(next, actions)),
    section('training', actions, {}, trainingPart(next, actions)),
    section('experiment', actions, {}, experimentPart(next, actions)),
  ];
  const header = headerPart(sections, actions);
  body = h('div', {}, ...sections.map(({ element }) => element));
  parts = [header, ...sections];
  const page = h('main', { class: 'page', hidden: true }, header.element, body);
  document.querySelector('.page')?.remove();
  document.body.append(page);
}

function update(): void {
  if (vocabulary === undefined || state === undefined || body === undefined) return;
  const { variants } = state.description;
  if (ui.variant === undefined || !variants.includes(ui.variant))
    ui = { ...ui, variant: renamed(variants) ?? firstToShow(state) };
  known = variants;
  host?.setState(ui);
  const values = state.description.values;
  const parameters = state.parameters.variants.find((each) => each.variant === ui.variant);
  for (const part of parts) part.update({ ...ui, vocabulary, state, values, parameters, plan });
  body.inert = values === undefined;
  body.parentElement!.hidden = false;
}

/** The one in the place of the variant shown, where there are as many as before. */
function renamed(variants: readonly string[]): string | undefined {
  const index = ui.variant === undefined ? -1 : known.indexOf(ui.variant);
  return index >= 0 && known.length === variants.length ? variants[index] : undefined;
}

/** The one to show with a finding: the one that is shown, where that is concerned. */
function variantOf({ variants }: Finding): string | undefined {
  return ui.variant !== undefined && variants.includes(ui.variant) ? ui.variant : variants[0];
}

/** A control that trains the head alone would leave the grid without anything to press. */
function firstToShow({ parameters, description }: FormState): string | undefined {
  const trains = parameters.variants.find(({ counts }) => counts !== undefined && counts.trained > 0);
  return trains?.variant ?? description.variants[0];
}
