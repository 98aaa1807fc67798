import { count, plural } from '../core/display.ts';
import { positionsLeft, positionsTaken, type MethodProblem } from '../peft/method.ts';
import { methods, methodsOf } from '../peft/registry.ts';
import { tasks } from '../tasks/registry.ts';
import { didYouMean } from './didYouMean.ts';
import { fileKey, filesOf, modelField, modelKey } from './facts.ts';
import { configurationFields, fieldAt } from './fields.ts';
import type { Facts, FileFacts, ModelFacts, Unusable } from './facts.ts';
import { fittingFixes } from './fittingFixes.ts';
import { changedField, leastWhole, meantWord, replacedBy, withoutItems } from './fixes.ts';
import { labelFixes } from './labelFixes.ts';
import { longestInput } from './longestInput.ts';
import { otherValues } from './otherSpellings.ts';
import { inTextOrder, placed } from './place.ts';
import type { Finding, Fix, PathStep, Problem, Severity } from './problem.ts';
import type { Configuration, MethodUse, Recipe } from './recipe.ts';
import type { YamlMap } from './yamlNode.ts';

/** How many names a message lists. */
const SHOWN = 3;

/** Longest name or value that is quoted whole, in characters. */
const MAX_QUOTED = 40;

/** Said of the place whose labels a file's are compared with. */
const OTHER_LABELS = 'the other labels come from here';

/** What is wrong with a recipe beside the models and data that it names. Pure, and never throws. */
export function checkRecipe(recipe: Recipe, facts: Facts): Problem[] {
  const problems = recipe.configurations.flatMap((configuration, index) =>
    [...modelFindings(configuration, facts, recipe.trees[index]), ...dataFindings(configuration, facts)].map(
      (finding) => placed(finding, recipe.trees[index]),
    ),
  );
  return inTextOrder(problems);
}

function modelFindings(configuration: Configuration, facts: Facts, tree: YamlMap): Finding[] {
  const model = facts.models.get(modelKey(configuration));
  if (model === undefined) return [];
  const unusable = isUnusable(model) ? [model.unusable] : (model.faults ?? []);
  const path = [modelField(configuration)];
  const faults = unusable.map((message): Finding => ({ code: 'unusable-model', message, path }));
  if (isUnusable(model)) return faults;
  return [
    ...faults,
    ...configuration.methods.flatMap((use) => {
      const { fields } = use;
      const found =
        (severity: Severity) =>
        ({ field, message }: MethodProblem): Finding => {
          const steps = field.split('.');
          const hint = otherNameHint(fields, steps);
          const fixes = fittingFixes(use, steps, { path: pathOf(use), info: model.info, tree });
          return {
            ...{ code: 'beyond-model', severity, fixes },
            message: `${message}${hint}`,
            path: [...pathOf(use), ...steps],
          };
        };
      const method = methods[use.id];
      return [
        ...method.check(fields, model.info).map(found('error')),
        ...(method.waste?.(fields, model.info) ?? []).map(found('warning')),
      ];
    }),
    ...sameTensorFindings(configuration.methods, model),
    ...lengthFindings(configuration, model),
    ...taskFindings(configuration, model),
    ...missingFindings(configuration, model),
    ...idleFindings(configuration, model),
  ];
}

function pathOf({ id, item }: MethodUse): PathStep[] {
  return ['methods', id, ...(item === undefined ? [] : [item])];
}

/** For a value that is another tool's name of something that has one here. */
function otherNameHint(fields: unknown, steps: readonly string[]): string {
  const value = steps.reduce<unknown>((inner, step) => (inner as Record<string, unknown>)?.[step], fields);
  const isOther = typeof value === 'string' && Object.hasOwn(otherValues, value);
  return isOther ? `; did you mean "${otherValues[value]}"?` : '';
}

/** Uses of one method that want the same tensor: two things cannot be at one place. */
function sameTensorFindings(uses: readonly MethodUse[], { info }: ModelFacts): Finding[] {
  const owners = new Map<string, MethodUse>();
  return uses.flatMap((use): Finding[] => {
    const names = methods[use.id].declare(use.fields, info).map(({ name }) => name);
    const taken = names.find((name) => owners.get(name)?.id === use.id);
    const owner = taken === undefined ? undefined : owners.get(taken);
    for (const name of names) if (!owners.has(name)) owners.set(name, use);
    if (owner === undefined) return [];
    const related = [{ path: pathOf(owner), message: 'the other one stands here' }];
    const message = `another ${use.id} of the list already has ${taken}; two of one form cannot be at one place`;
    const fixes = [itemRemoved(use), itemRemoved(owner)];
    return [{ code: 'impossible-union', message, path: pathOf(use), related, fixes }];
  });
}

function itemRemoved({ id, item = 0 }: MethodUse): Fix {
  return withoutItems(`Remove item ${item + 1} of "${id}"`, ['methods', id], [item]);
}

function lengthFindings(
  { task, methods: uses }: Configuration,
  { info, tokenizerMaxLength }: ModelFacts,
): Finding[] {
  const { max_length: length } = task;
  const taken = positionsTaken(methodsOf(uses));
  const maxPositions = positionsLeft(info.shape, methodsOf(uses));
  const path = ['task', 'max_length'];
  if (length === undefined) return [];
  if (length > maxPositions) {
    const less = taken === 0 ? '' : ` less the ${taken} positions of a prefix`;
    const message = `expected at most ${maxPositions}, the model's longest input${less}, found ${length}`;
    const fixes = isLength(maxPositions, task) ? [replacedBy(path, maxPositions)] : [];
    return [{ code: 'beyond-model', message, path, fixes }];
  }
  if (tokenizerMaxLength === undefined || length <= tokenizerMaxLength) return [];
  const message = `the model's tokenizer is made for at most ${tokenizerMaxLength} tokens, found ${length}`;
  const fixes = isLength(tokenizerMaxLength, task) ? [replacedBy(path, tokenizerMaxLength)] : [];
  return [{ code: 'beyond-model', severity: 'warning', message, path, fixes }];
}

/** What the task cannot do with this model, and with inputs as long as they can be. */
function taskFindings(configuration: Configuration, { info, tokenizerMaxLength }: ModelFacts): Finding[] {
  const { task, methods: uses } = configuration;
  const positions = positionsLeft(info.shape, methodsOf(uses));
  const longest = longestInput(configuration, { tokenizer: tokenizerMaxLength, positions });
  const found = tasks[task.type].check?.(task, { architecture: info.architecture, longest }) ?? [];
  return found.map(({ field, message, better }): Finding => {
    const path = ['task', ...field.split('.')];
    const fixes = better === undefined ? [] : [changedField(path, better)];
    return { code: 'beyond-model', message, path, fixes };
  });
}

/** Whether a task takes it as its longest input. */
function isLength(length: number, task: Configuration['task']): boolean {
  const field = fieldAt(configurationFields, ['task', 'max_length'], { task: { type: task.type } });
  return field !== undefined && length >= leastWhole(field);
}

/** Tensors that the checkpoint lacks are trained with the head or not used at all; else they would stay random. */
function missingFindings({ task }: Configuration, { info, missing = [] }: ModelFacts): Finding[] {
  const harmless = new Set(tasks[task.type].unused(task, info));
  for (const { name } of headOf(task, info, missing)) harmless.add(name);
  const frozen = missing.filter((name) => !harmless.has(name));
  if (frozen.length === 0) return [];
  const message = `the checkpoint lacks ${some(frozen)}, which would be frozen at random values`;
  return [{ code: 'frozen-random-init', message, path: ['model'] }];
}

/** Methods that train nothing, beside a task without a head. */
function idleFindings({ task, methods: uses }: Configuration, { info }: ModelFacts): Finding[] {
  if (
    headOf(task, info, []).length > 0 ||
    uses.some(({ id, fields }) => methods[id].declare(fields, info).length > 0)
  )
    return [];
  const message = `nothing would be trained: ${task.type} has no head of its own`;
  return [{ code: 'beyond-model', message, path: ['methods'] }];
}

/** Its names and whether it has any tensor do not depend on the number of labels. */
function headOf(task: Configuration['task'], info: ModelFacts['info'], missing: readonly string[]) {
  return tasks[task.type].head(task, { ...info, numLabels: task.labels?.length ?? 2, missing });
}

function dataFindings(configuration: Configuration, facts: Facts): Finding[] {
  const files = Object.entries(filesOf(configuration)).flatMap(([field, request]) => {
    const known = facts.files.get(fileKey(request));
    return known === undefined ? [] : [{ field, file: request.file, known }];
  });
  const train = files.find(({ field }) => field === 'train')?.known;
  const found = files.flatMap(({ field, file, known }) => {
    const path = ['task', field];
    if (isUnusable(known)) return [{ code: 'unusable-data', message: known.unusable, path } as const];
    if (known.rows === 0) {
      const beside = known.dropped ? ' beside those that are dropped' : '';
      return [{ code: 'no-rows', message: `${file} has no rows${beside}`, path } as const];
    }
    const columns = columnFindings(configuration, { field, file, known, train });
    if (columns.length > 0) return columns;
    return field === 'train'
      ? trainLabelFindings(configuration, file, known)
      : otherLabelFindings(configuration, field, file, known, train);
  });
  const different = new Map(files.map((each) => [each.file, each]));
  return [
    ...found,
    ...shareFindings(configuration, train),
    ...droppedFindings(configuration, [...different.values()]),
  ];
}

/** A share that leaves one side of the training data without a row. */
function shareFindings({ task }: Configuration, train: FileFacts | Unusable | undefined): Finding[] {
  if (train === undefined || isUnusable(train) || train.cut === undefined || train.rows === 0) return [];
  const empty = Object.entries(train.cut).find(([, rows]) => rows === 0);
  if (empty === undefined) return [];
  const message = `${String(task.validation)} of the ${plural(train.rows, 'row')} of ${task.train} leaves none for ${empty[0]}`;
  return [{ code: 'out-of-range', message, path: ['task', 'validation'] }];
}

/** Left out as the recipe says, but never silently. */
function droppedFindings(
  { task }: Configuration,
  files: readonly { readonly file: string; readonly known: FileFacts | Unusable }[],
): Finding[] {
  const { drops } = tasks[task.type];
  const counted = files.flatMap(({ file, known }) =>
    isUnusable(known) || known.dropped === undefined ? [] : [{ file, ...known, dropped: known.dropped }],
  );
  if (drops === undefined || counted.length === 0) return [];
  const path = ['task', drops.field];
  const labels = some(drops.labels(task).map(quoted));
  const dropping = counted.filter(({ dropped }) => dropped > 0);
  if (dropping.length === 0) {
    const message = `no row of ${some(counted.map(({ file }) => file))} has the label ${labels}`;
    return [{ code: 'unknown-label', severity: 'warning', message, path }];
  }
  // A file without any row left is an error, which says so.
  const leaving = dropping.filter(({ rows }) => rows > 0);
  if (leaving.length === 0) return [];
  const counts = leaving.map(
    ({ file, rows, dropped }) => `${count(dropped)} of ${plural(rows + dropped, 'row')} of ${file}`,
  );
  const message = `${counts.join(', ')} left out for the label ${labels}`;
  return [{ code: 'dropped-rows', severity: 'information', message, path }];
}

/** A column that train lacks, or has of another type, is a fault of the field that names it, said once; of another file alone, a fault of that file. */
function columnFindings(
  { task }: Configuration,
  {
    field,
    file,
    known: { columns, untold },
    train,
  }: { field: string; file: string; known: FileFacts; train: FileFacts | Unusable | undefined },
): Finding[] {
  const { inputs, label } = tasks[task.type].columns(task);
  const told =
    field === 'train' || train === undefined || isUnusable(train) || train.rows === 0 ? undefined : train;
  return Object.entries({ ...inputs, ...label }).flatMap(([name, column]): Finding[] => {
    if (told !== undefined && (!told.columns.includes(column) || told.untold?.has(column))) return [];
    const path = ['task', field === 'train' ? name.split('.')[0] : field];
    const type = untold?.get(column);
    if (type !== undefined) {
      const message = `column ${quoted(column)} of ${file} has the type ${type}; expected texts, numbers or booleans, or lists of them`;
      return [{ code: 'unusable-data', message, path }];
    }
    if (columns.includes(column)) return [];
    const hint = didYouMean(column, columns, `it has ${some(columns.map(short), 12)}`);
    const message = `${file} has no column ${quoted(column)}${hint}`;
    // A file that alone lacks a column is mended in the file.
    const fixes = field === 'train' ? meantWord(path, column, columns) : [];
    return [{ code: 'unknown-column', message, path, fixes }];
  });
}

function trainLabelFindings({ task }: Configuration, file: string, { labels }: FileFacts): Finding[] {
  if (labels === undefined) return [];
  const form = tasks[task.type].labelSet?.form;
  const malformed = form && labels.filter((label) => !form.pattern.test(label));
  if (form && malformed?.length) {
    const message = `${file} has ${some(malformed.map(quoted))}; expected ${form.expected} as a label`;
    return [{ code: 'unknown-label', message, path: ['task', 'train'] }];
  }
  if (labels.length === 1) {
    const message = `${file} has only the label ${quoted(labels[0])}; there is nothing to learn`;
    return [{ code: 'one-label', message, path: ['task', 'train'] }];
  }
  const listed = task.labels;
  if (listed === undefined) return [];
  const fixes = labelFixes(listed, labels);
  const findings = unknownLabels(file, labels, listed, {
    path: ['task', 'labels'],
    other: ['task', 'train'],
    fixes,
  });
  const seen = new Set(labels);
  const unseen = listed.filter((label) => !seen.has(label));
  if (unseen.length > 0) {
    const message = `${file} has no example of ${some(unseen.map(quoted))}`;
    const related = [{ path: ['task', 'train'], message: OTHER_LABELS }];
    const path = ['task', 'labels'];
    findings.push({ code: 'unknown-label', severity: 'warning', message, path, related, fixes });
  }
  return findings;
}

function otherLabelFindings(
  { task }: Configuration,
  field: string,
  file: string,
  { labels }: FileFacts,
  train: FileFacts | Unusable | undefined,
): Finding[] {
  const trained = train === undefined || isUnusable(train) ? undefined : train.labels;
  const known = task.labels ?? trained;
  if (labels === undefined || known === undefined) return [];
  // A label without an example to learn from is mended in the files.
  const isTrained = trained !== undefined && labels.every((label) => trained.includes(label));
  const fixes = isTrained && task.labels !== undefined ? labelFixes(task.labels, trained) : [];
  const other = ['task', task.labels === undefined ? 'train' : 'labels'];
  return unknownLabels(file, labels, known, { path: ['task', field], other, fixes });
}

function unknownLabels(
  file: string,
  found: readonly string[],
  known: readonly string[],
  {
    path,
    other,
    fixes,
  }: { readonly path: readonly string[]; readonly other: readonly string[]; readonly fixes: readonly Fix[] },
): Finding[] {
  const expected = new Set(known);
  const unknown = found.filter((label) => !expected.has(label));
  if (unknown.length === 0) return [];
  const message = `${file} has the label ${some(unknown.map(quoted))}; expected ${some(known.map(quoted))}`;
  return [{ code: 'unknown-label', message, path, related: [{ path: other, message: OTHER_LABELS }], fixes }];
}

function isUnusable(facts: object): facts is Unusable {
  return 'unusable' in facts;
}

function quoted(text: string): string {
  return JSON.stringify(short(text));
}

function short(text: string): string {
  return text.length > MAX_QUOTED ? `${text.slice(0, MAX_QUOTED)}...` : text;
}

/** The first few of many names. */
function some(names: readonly string[], most = SHOWN): string {
  const rest = names.length - most;
  return rest > 0 ? `${names.slice(0, most).join(', ')} and ${rest} more` : names.join(', ');
}
