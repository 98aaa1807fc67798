import { isNorm, type ModelTensor } from '../models/architecture.ts';
import type { Method, TrainedTensor } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import { configurationFields, fieldAt } from '../recipe/fields.ts';
import { examplesKey, modelKey, type Facts, type ModelFacts } from '../recipe/facts.ts';
import type { PathStep } from '../recipe/problem.ts';
import type { Configuration, MethodUse } from '../recipe/recipe.ts';
import { splitRows } from '../recipe/splitRows.ts';
import { stepCount } from '../recipe/stepCount.ts';
import { nearestNode, type YamlMap } from '../recipe/yamlNode.ts';
import { tasks } from '../tasks/registry.ts';
import type { Against } from './ownEvidence.ts';

/** What rules look at: a configuration, and what its methods declare for its model. */
export interface Subject {
  readonly configuration: Configuration;
  /** Absent where it is not known, or the methods do not fit it. */
  readonly model?: ModelFacts;
  /** Optimizer steps in all, about where a task makes several examples of a row, or of several rows one; absent where the number of examples is not known. */
  readonly steps?: number;
  readonly uses: readonly Use[];
  /** Whether the recipe says what stands at a path, rather than a default. */
  isWritten(path: readonly PathStep[]): boolean;
}

/** One method of the configuration. The lists are empty where the model is not known. */
export interface Use extends MethodUse {
  readonly method: Method;
  readonly path: readonly PathStep[];
  /** Tensors of the base model that it trains. */
  readonly base: readonly ModelTensor[];
  /** Tensors that it puts into the model. */
  readonly added: readonly TrainedTensor[];
}

export function subjectOf(configuration: Configuration, tree: YamlMap, facts: Facts): Subject {
  const known = facts.models.get(modelKey(configuration));
  const usable = known === undefined || 'unusable' in known ? undefined : known;
  const declared = configuration.methods.map((use) => usable && declaredBy(use, usable));
  const fits = declared.every((each) => each !== undefined);
  const model = fits ? usable : undefined;
  const steps = stepsOf(configuration, facts);
  return {
    configuration,
    ...(model && { model }),
    ...(steps !== undefined && { steps }),
    uses: configuration.methods.map((use, index) => ({
      ...use,
      method: methods[use.id],
      path: ['methods', use.id, ...(use.item === undefined ? [] : [use.item])],
      ...((fits && declared[index]) || NOTHING),
    })),
    isWritten: (path) => nearestNode(tree, path).rest.length === 0,
  };
}

/** Whether it is LN-tuning: a method that chooses among the LayerNorms, and trains nothing else. */
export function isOfNorms({ id, base, added }: Use): boolean {
  const chooses = fieldAt(configurationFields, ['methods', id, 'layer_norms']) !== undefined;
  return chooses && base.length > 0 && added.length === 0 && base.every(({ role }) => isNorm(role));
}

/** The configuration's methods without LN-tuning. */
export function withoutNorms({ configuration, uses }: Subject): Against {
  const methods = configuration.methods.filter((_, index) => !isOfNorms(uses[index]));
  return { methods, words: 'without LN-tuning' };
}

/** The configuration's methods, with other values for fields of LN-tuning. */
export function withNorms(
  { configuration, uses }: Subject,
  fields: Readonly<Record<string, unknown>>,
  words: string,
): Against {
  const methods = configuration.methods.map((use, index) =>
    isOfNorms(uses[index]) ? { ...use, fields: { ...(use.fields as object), ...fields } } : use,
  );
  return { methods, words };
}

type Declared = Pick<Use, 'base' | 'added'>;

const NOTHING: Declared = { base: [], added: [] };

/** By model, then by method and fields: variants have most of them in common, and every change of the text asks again. */
const worked = new WeakMap<ModelFacts, Map<string, Declared | undefined>>();

/** Undefined where the method does not fit the model. */
function declaredBy({ id, fields }: MethodUse, model: ModelFacts): Declared | undefined {
  const known = worked.get(model) ?? new Map<string, Declared | undefined>();
  worked.set(model, known);
  const key = JSON.stringify([id, fields]);
  if (!known.has(key)) known.set(key, declare(methods[id], fields, model));
  return known.get(key);
}

function declare(method: Method, fields: unknown, { info }: ModelFacts): Declared | undefined {
  if (method.check(fields, info).length > 0) return undefined;
  const named = new Map(info.architecture.tensors(info.shape).map((tensor) => [tensor.name, tensor]));
  const declared = method.declare(fields, info);
  return {
    base: declared.flatMap(({ name }) => named.get(name) ?? []),
    added: declared.filter(({ name }) => !named.has(name)),
  };
}

function stepsOf(configuration: Configuration, facts: Facts): number | undefined {
  const { training } = configuration;
  if (training.max_steps !== undefined) return training.max_steps;
  const { train: rows } = splitRows(configuration, facts);
  const perRow = tasks[configuration.task.type].reshapesRows
    ? facts.examplesPerRow?.get(examplesKey(configuration))
    : 1;
  if (rows === undefined || perRow === undefined) return undefined;
  return stepCount(training, Math.round(rows * perRow)).total;
}
