import type { Vocabulary } from '../../src/protocol/language.ts';
import { h, setText } from '../shared/dom.ts';
import { fieldPart } from './fieldPart.ts';
import type { FieldOptions } from './fieldPart.ts';
import { foldPart } from './foldPart.ts';
import { mappingPart } from './mappingPart.ts';
import { countText } from './part.ts';
import type { Actions, Part, View } from './part.ts';
import { valueAt } from './values.ts';
import type { Field } from './values.ts';
import { say } from './strings.ts';

/** Training fields that are looked at for every recipe; the others are folded away. */
const COMMON = [
  'num_train_epochs',
  'per_device_train_batch_size',
  'learning_rate',
  'lr_scheduler_type',
  'warmup_steps',
  'eval_strategy',
  'early_stopping_patience',
];

/** Parts side by side, as many as there is room for. */
export function fieldGroup(parts: readonly Part[]): Part {
  return {
    element: h('div', { class: 'fields' }, ...parts.map(({ element }) => element)),
    update: (view) => parts.forEach((part) => part.update(view)),
  };
}

export function recipePart(vocabulary: Vocabulary, actions: Actions): Part {
  const fields = vocabulary.recipe.properties ?? {};
  const facts = h('p', { class: 'facts' });
  const namedModel = (name: 'model' | 'config') =>
    fieldPart(
      fields[name],
      {
        path: [name],
        browse: 'folder',
        isWide: true,
        suggestions: ({ state }) => state.models.map(({ id }) => id),
      },
      actions,
    );
  const others = ['name', 'revision', 'weights'].map((name) =>
    fieldPart(fields[name], { path: [name] }, actions),
  );
  const group = fieldGroup([namedModel('model'), ...others, namedModel('config')]);
  return {
    element: h('div', {}, group.element, facts),
    update: (view) => {
      group.update(view);
      const { modelProblem } = view.state.description;
      setText(facts, modelProblem ?? modelFacts(view));
      facts.classList.toggle('error', modelProblem !== undefined);
      facts.hidden = facts.textContent === '';
    },
  };
}

function modelFacts({ state: { parameters }, parameters: variant }: View): string {
  const base = variant?.counts?.base;
  return [
    parameters.architecture,
    parameters.layers === undefined ? undefined : say('layers', parameters.layers),
    base === undefined ? undefined : say('parameters', countText(base)),
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The task's section; its fields are those of the type chosen, made anew when that changes. */
export function taskPart(vocabulary: Vocabulary, actions: Actions): Part {
  const task = vocabulary.recipe.properties?.task ?? {};
  const alternatives = task.oneOf ?? task.anyOf ?? [task];
  const typeOf = (field: Field) => field.properties?.type.const;
  const words = alternatives.map((each) => String(typeOf(each)));
  const type = fieldPart(
    { ...(alternatives[0].properties?.type ?? {}), const: undefined, enum: words },
    { path: ['task', 'type'] },
    actions,
  );
  const element = h('div', {});
  let shown: Field | undefined;
  let fields: Part | undefined;
  return {
    element: h('div', {}, h('div', { class: 'fields' }, type.element), element),
    update: (view) => {
      type.update(view);
      const chosen = valueAt(view.values, ['task', 'type']);
      const field = alternatives.find((each) => typeOf(each) === chosen) ?? alternatives[0];
      if (field !== shown) {
        shown = field;
        fields = taskFields(field, vocabulary, actions);
        element.replaceChildren(fields.element);
      }
      fields?.update(view);
    },
  };
}

/** Data files first, then the columns, then the rest. */
function taskFields(field: Field, vocabulary: Vocabulary, actions: Actions): Part {
  const { type, ...properties } = field.properties ?? {};
  const task = vocabulary.tasks.find(({ id }) => id === type?.const);
  const columns = task?.columns.map((each) => each.field) ?? [];
  const readsColumns = (name: string) => columns.includes(name) || task?.templates.includes(name);
  const rank = (name: string) =>
    isFile(properties[name]) ? 0 : readsColumns(name) ? 1 : isMapping(properties[name]) ? 3 : 2;
  const names = Object.keys(properties).sort((a, b) => rank(a) - rank(b));
  return fieldGroup(
    names.map((name) => {
      const options: FieldOptions = {
        path: ['task', name],
        isWide: properties[name].template === true,
        ...(columns.includes(name) && { words: ({ state }: View) => state.columns }),
      };
      return isMapping(properties[name])
        ? mappingPart(properties[name], ['task', name], actions)
        : fieldPart(properties[name], options, actions);
    }),
  );
}

const isFile = ({ expected }: Field) => expected?.startsWith('the path of a file') ?? false;
const isMapping = ({ properties }: Field) => properties !== undefined;

export function trainingPart(vocabulary: Vocabulary, actions: Actions): Part {
  const fields = vocabulary.recipe.properties?.training.properties ?? {};
  const metrics = ({ values }: View) =>
    vocabulary.tasks.find(({ id }) => id === valueAt(values, ['task', 'type']))?.metrics;
  const partOf = (name: string) => {
    const isMetric = name === 'metric_for_best_model';
    const options: FieldOptions = { path: ['training', name], ...(isMetric && { words: metrics }) };
    return fieldPart(fields[name], options, actions);
  };
  const common = fieldGroup(COMMON.filter((name) => name in fields).map(partOf));
  const rare = fieldGroup(
    Object.keys(fields)
      .filter((name) => !COMMON.includes(name))
      .map(partOf),
  );
  const more = foldPart('moreTraining', say('moreTraining'), [rare], actions);
  return {
    element: h('div', {}, common.element, more.element),
    update: (view) => [common, more].forEach((part) => part.update(view)),
  };
}

/** Seeds and report; the grid is read here and written as text. */
export function experimentPart(vocabulary: Vocabulary, actions: Actions): Part {
  const fields = vocabulary.recipe.properties ?? {};
  const variantNames = ({ state }: View) => state.description.variants;
  const report = Object.entries(fields.report?.properties ?? {}).map(([name, field]) =>
    fieldPart(
      field,
      {
        title: say('reportField', name),
        path: ['report', name],
        ...(name === 'baseline' && { words: variantNames }),
      },
      actions,
    ),
  );
  const group = fieldGroup([
    fieldPart(fields.seeds, { path: ['seeds'], placeholder: say('default', 0) }, actions),
    ...report,
  ]);
  const variants = h('p');
  return {
    element: h('div', {}, group.element, variants),
    update: (view) => {
      group.update(view);
      setText(variants, variantsText(view));
    },
  };
}

function variantsText({ state }: View): string {
  const { variants, seeds } = state.description;
  return say('runs', variants.length * Math.max(1, seeds.length));
}
