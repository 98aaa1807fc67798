import type { RecipePlace } from '../facts/recipePlace.ts';
import type { Json } from '../core/json.ts';
import type { Caret } from '../recipe/caret.ts';
import { modelFields, modelKey, type Facts, type ModelFacts, type ModelRequest } from '../recipe/facts.ts';
import { configurationFields, fieldAt, recipeFields, singleOf, type Field } from '../recipe/fields.ts';
import type { PathStep } from '../recipe/problem.ts';
import { plainOf } from '../recipe/yamlNode.ts';

/** A caret beside what the recipe says elsewhere and what is known of its model. */
export interface Surroundings {
  readonly caret: Caret;
  readonly place?: RecipePlace;
  /** Leads to the caret's mapping or value in a configuration, also from inside of a variant or the grid. */
  readonly path: readonly PathStep[];
  readonly field?: Field;
  /** Keys that the caret's mapping must have; a variant's and the grid's need none. */
  readonly required: readonly string[];
  /** A field below the caret's mapping. */
  below(step: PathStep): Field | undefined;
  /** A value of the configuration that the caret stands in. */
  written(...path: PathStep[]): Json | undefined;
  /** What the last check found out. */
  readonly model?: ModelFacts;
}

export function surroundingsOf(caret: Caret, facts: Facts, place?: RecipePlace): Surroundings {
  const all = plainOf(caret.tree);
  const variant = caret.path[0] === 'variants' ? valueAt(all, caret.path.slice(0, 2)) : undefined;
  const isInner = caret.path[0] === 'variants' && caret.path.length > 1;
  const root = isInner ? configurationFields : recipeFields;
  const path = configurationPath(caret.path);
  const values = { ...(all as object), ...(typeof variant === 'object' ? variant : {}) } as Json;
  const written = (...steps: PathStep[]) => valueAt(variant, steps) ?? valueAt(all, steps);
  const field = fieldAt(root, path, values);
  const request = modelIn(written);
  const known = request === undefined ? undefined : facts.models.get(modelKey(request));
  return {
    caret,
    ...(place && { place }),
    path,
    field,
    required: caret.path[0] === 'variants' ? [] : (singleOf(field, valueAt(values, path)).required ?? []),
    below: (step) => fieldAt(root, [...path, step], values),
    written,
    ...(known && !('unusable' in known) && { model: known }),
  };
}

/** The model that a configuration names. */
export function modelIn(written: Surroundings['written']): ModelRequest | undefined {
  const revision = written('revision');
  const name = modelFields.map((field) => written(field)).find((value) => typeof value === 'string');
  if (name === undefined) return undefined;
  return {
    model: name,
    ...(typeof revision === 'string' && { revision }),
    ...(written('weights') === 'random' && { weights: 'random' }),
  };
}

/** `variants.LN.task` is `task`; the first value of `grid: { training.optim: [...] }` is `training.optim`. */
export function configurationPath(path: readonly PathStep[]): readonly PathStep[] {
  if (path[0] === 'variants' && path.length > 1) return path.slice(2);
  const inTable = path[0] === 'grid' ? path.slice(typeof path[1] === 'number' ? 2 : 1) : [];
  return inTable.length < 2 ? path : [...String(inTable[0]).split('.'), ...inTable.slice(2)];
}

function valueAt(value: Json | undefined, path: readonly PathStep[]): Json | undefined {
  return path.reduce<Json | undefined>((inner, step) => {
    if (typeof inner !== 'object' || inner === null) return undefined;
    return Object.hasOwn(inner, step) ? (inner as Record<PathStep, Json>)[step] : undefined;
  }, value);
}
