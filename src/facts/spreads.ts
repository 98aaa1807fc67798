import { isJsonObject } from '../core/json.ts';
import { isNorm } from '../models/architecture.ts';
import { layersOf, type Layers } from '../peft/layers.ts';
import type { Method, ModelInfo } from '../peft/method.ts';
import { methods } from '../peft/registry.ts';
import type { MethodUse, ModelPlace, Spread } from '../protocol/language.ts';
import { recipeFields, singleOf, wordsOf, type Field } from '../recipe/fields.ts';
import type { Configuration, Recipe } from '../recipe/recipe.ts';

/** Methods that act by layer, each with the field whose words say where; undefined where layers alone are chosen. */
export type SpreadFields = ReadonlyMap<string, WordsField | undefined>;

/**
 * Read off each method's schema, and off what it declares for this model when a word stands alone: the field with the words is the first list
 * of which different words reach different places.
 */
export function spreadFields(model: ModelInfo): SpreadFields {
  const acting = Object.values(methods).filter(({ id }) => sectionFields(id).layers !== undefined);
  return new Map(acting.map((method) => [method.id, wordsField(method, model)]));
}

/** How a recipe says where in this model each of the methods acts. */
export function spreadsOf(fields: SpreadFields, recipe: Recipe, model: ModelInfo): Spread[] {
  return [...fields].map(([id, field]): Spread => {
    const method = methods[id];
    if (field === undefined)
      return {
        method: method.id,
        words: [{ word: '', isOffered: true, places: placesOf(method, {}, model) }],
      };
    const written = recipe.configurations.flatMap(({ methods: uses }) =>
      uses.filter(({ id }) => id === method.id).flatMap(({ fields }) => listAt(fields, field.name)),
    );
    const words = [...new Set([...field.words, ...written])].map((word) => ({
      word,
      isOffered: field.words.includes(word),
      places: placesOf(method, { [field.name]: [word] }, model),
    }));
    return { method: method.id, field: field.name, words: words.filter(({ places }) => places.length > 0) };
  });
}

/** The uses of methods that have a spread, the word for everything spelt out. */
export function spreadUses(
  spread: SpreadFields,
  { methods: uses }: Configuration,
  model: ModelInfo,
): MethodUse[] {
  return uses
    .filter(({ id }) => spread.has(id))
    .map(({ id, fields }): MethodUse => {
      const field = spread.get(id);
      return {
        method: id,
        layers: layersOf((fields as { layers: Layers }).layers, model.shape.layers),
        words: field === undefined ? [''] : wordsIn(methods[id], fields, field, model),
      };
    });
}

function wordsIn(method: Method, fields: unknown, field: WordsField, model: ModelInfo): string[] {
  const listed = listAt(fields, field.name);
  if (listed.length > 0) return listed;
  const reached = new Set(placesOf(method, fields, model).map(keyOf));
  return field.words.filter((word) =>
    placesOf(method, { [field.name]: [word] }, model).some((place) => reached.has(keyOf(place))),
  );
}

interface WordsField {
  readonly name: string;
  readonly words: readonly string[];
}

function wordsField(method: Method, model: ModelInfo): WordsField | undefined {
  return Object.entries(sectionFields(method.id))
    .map(([name, field]) => ({ name, words: listWords(field) }))
    .find(({ name, words }) => {
      const reached = words.map((word) =>
        placesOf(method, { [name]: [word] }, model)
          .map(keyOf)
          .join(),
      );
      return new Set(reached.filter((places) => places !== '')).size > 1;
    });
}

function listWords(field: Field): readonly string[] {
  const list = (field.anyOf ?? [field]).find(({ type }) => type === 'array');
  return field.offers ?? (list?.items === undefined ? [] : wordsOf(list.items));
}

/** A method's mapping, also where a recipe may list several of them. */
function sectionFields(id: string): Readonly<Record<string, Field>> {
  return singleOf(recipeFields.properties?.methods.properties?.[id]).properties ?? {};
}

function placesOf(method: Method, fields: unknown, model: ModelInfo): ModelPlace[] {
  const tensors = model.architecture.tensors(model.shape);
  const norms = new Set(tensors.flatMap(({ name, role }) => (isNorm(role) ? [name] : [])));
  const inside = new Set<string>(tensors.flatMap(({ part, layer }) => (layer === undefined ? [] : [part])));
  const places = method
    .declare(method.fields.parse(fields), model)
    .map(({ name, part, layer }): ModelPlace => ({
      module: part,
      isNorm: norms.has(name),
      // What stands for all its layers together has none of its own.
      inLayers: layer !== undefined || inside.has(part),
    }));
  return [...new Map(places.map((place) => [keyOf(place), place])).values()];
}

function keyOf({ module, isNorm: norm, inLayers }: ModelPlace): string {
  return `${module} ${norm} ${inLayers}`;
}

function listAt(fields: unknown, name: string): string[] {
  const value = isJsonObject(fields) ? fields[name] : undefined;
  return Array.isArray(value) ? value.map(String) : [];
}
