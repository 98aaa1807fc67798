import { z } from 'zod';
import type { Json } from '../core/json.ts';
import type { PathStep } from './problem.ts';
import { configurationSchema, experimentSchema } from './schema.ts';

/**
 * What is known of a field, as JSON Schema with a few words of our own: derived from the schemas, and read by messages,
 * reference, completion and hover.
 */
export interface Field {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly properties?: Readonly<Record<string, Field>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Field | false;
  readonly items?: Field;
  readonly anyOf?: readonly Field[];
  readonly oneOf?: readonly Field[];
  readonly enum?: readonly Json[];
  readonly const?: Json;
  readonly default?: Json;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly exclusiveMaximum?: number;
  readonly minLength?: number;
  readonly minItems?: number;

  readonly help?: string;
  readonly source?: string;
  /** What it takes, where that cannot be read off the schema. */
  readonly expected?: string;
  /** What holds where it is absent and has no fixed default. */
  readonly otherwise?: string;
  /** It stands in most recipes, though another may stand in its place. */
  readonly usual?: true;
  /** Words that its list offers; it takes others, too. */
  readonly offers?: readonly string[];
  /** Values that are accepted and not offered. */
  readonly hidden?: readonly Json[];
  /** A text of one or more lines with columns in braces. */
  readonly template?: true;
  /** What a value of it comes to for a model, counted over what its method then trains there: different layers, or modules of layers. */
  readonly counts?: { readonly noun: string; readonly by: 'layer' | 'module' };
}

export const configurationFields = fieldsOf(configurationSchema);

const experimentFields = fieldsOf(experimentSchema);

/** The whole recipe: what a variant may hold, too. */
export const recipeFields: Field = {
  type: 'object',
  properties: {
    ...pick(experimentFields, ['version', 'name']),
    ...configurationFields.properties,
    ...experimentFields.properties,
    variants: {
      ...experimentFields.properties?.variants,
      additionalProperties: { ...configurationFields, required: [] },
    },
  },
  required: [...(experimentFields.required ?? []), ...(configurationFields.required ?? [])],
  additionalProperties: false,
};

/** The field at a path; `value`, where known, chooses among alternatives (the task by its `type`). */
export function fieldAt(root: Field, path: readonly PathStep[], value?: Json): Field | undefined {
  let field: Field | undefined = root;
  for (const step of path) {
    const child: Field | undefined = alternativesOf(field, value)
      .map((each) => childOf(each, step))
      .find((found) => found !== undefined);
    field = child && withWordsOf(child, field.oneOf ?? [], step);
    if (field === undefined) return undefined;
    value = valueIn(value, step);
  }
  return field;
}

/** Of a section that may be listed, or that has alternatives, the first for `value` that is a mapping; any other field as it is. */
export function singleOf(field: Field | undefined, value?: Json): Field {
  const alternatives = field === undefined ? [] : alternativesOf(field, value);
  return alternatives.find(({ properties }) => properties !== undefined) ?? field ?? {};
}

/** Names of the entries that a mapping may have. */
export function namesIn(field: Field | undefined, value?: Json): string[] {
  if (field === undefined) return [];
  return [...new Set(alternativesOf(field, value).flatMap((each) => Object.keys(each.properties ?? {})))];
}

/** The words that a field takes, hidden ones left out. */
export function wordsOf(field: Field): string[] {
  const own = field.enum ?? (field.const === undefined ? [] : [field.const]);
  const words = own.filter((word) => typeof word === 'string' && !field.hidden?.includes(word)) as string[];
  return [...words, ...(field.anyOf ?? []).flatMap(wordsOf)];
}

/** What a field takes, in words that go on from 'expected'. */
export function expectation(field: Field): string {
  if (field.expected !== undefined) return field.expected;
  if (field.const !== undefined) return String(field.const);
  if (field.enum !== undefined) {
    const words = wordsOf(field);
    return words.length === 1 ? words[0] : `one of ${words.join(', ')}`;
  }
  const alternatives = field.anyOf ?? field.oneOf;
  if (alternatives !== undefined) return [...new Set(alternatives.map(expectation))].join(', or ');
  switch (field.type) {
    case 'integer':
      return `a whole number${rangeOf(field)}`;
    case 'number':
      return `a number${rangeOf(field)}`;
    case 'string':
      return (field.minLength ?? 0) > 0 ? 'a non-empty text' : 'a text';
    case 'boolean':
      return 'true or false';
    case 'array': {
      const least = field.minItems ?? 0;
      const list = least === 0 ? 'a list' : least === 1 ? 'a non-empty list' : `a list of ${least} or more`;
      const { items = {} } = field;
      return Object.keys(items).length === 0 ? list : `${list}, each ${expectation(items)}`;
    }
    case 'object':
      return 'a mapping';
    case undefined:
      return 'a value';
  }
}

function rangeOf(field: Field): string {
  const { exclusiveMinimum: above, exclusiveMaximum: below } = field;
  const least = isSafeBound(field.minimum) ? undefined : field.minimum;
  const most = isSafeBound(field.maximum) ? undefined : field.maximum;
  const words = [
    above === undefined ? undefined : `above ${above}`,
    least === undefined ? undefined : `of at least ${least}`,
    below === undefined ? undefined : `below ${below}`,
    most === undefined ? undefined : `of at most ${most}`,
  ].filter((word) => word !== undefined);
  return words.length === 0 ? '' : ` ${words.join(' and ')}`;
}

/** The bounds that every whole number has; not worth saying. */
function isSafeBound(bound: number | undefined): boolean {
  return bound !== undefined && Math.abs(bound) === Number.MAX_SAFE_INTEGER;
}

function alternativesOf(field: Field, value: Json | undefined): readonly Field[] {
  const alternatives = field.oneOf ?? field.anyOf ?? [field];
  const fitting = alternatives.filter((each) => isFor(each, value));
  return fitting.length > 0 ? fitting : alternatives;
}

/** The field by which alternatives are told apart takes the words of all of them. */
function withWordsOf(child: Field, alternatives: readonly Field[], step: PathStep): Field {
  const words = alternatives.flatMap((each) => childOf(each, step)?.const ?? []);
  if (child.const === undefined || words.length < 2) return child;
  return { ...child, const: undefined, enum: words };
}

function isFor({ properties = {} }: Field, value: Json | undefined): boolean {
  return Object.entries(properties).every(
    ([key, { const: fixed }]) => fixed === undefined || valueIn(value, key) === fixed,
  );
}

function childOf(field: Field, step: PathStep): Field | undefined {
  if (field.items !== undefined) return /^\d+$/.test(String(step)) ? field.items : undefined;
  if (field.properties !== undefined && Object.hasOwn(field.properties, step)) return field.properties[step];
  return field.additionalProperties === false ? undefined : field.additionalProperties;
}

function valueIn(value: Json | undefined, step: PathStep): Json | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value)) return value[Number(step)];
  return Object.hasOwn(value, step) ? value[step] : undefined;
}

function fieldsOf(schema: z.ZodType): Field {
  return z.toJSONSchema(schema, { io: 'input' }) as Field;
}

function pick({ properties = {} }: Field, names: readonly string[]): Record<string, Field> {
  return Object.fromEntries(names.map((name) => [name, properties[name]]));
}
