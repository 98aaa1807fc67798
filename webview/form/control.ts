import type { Field, Json } from './values.ts';
import { say } from './strings.ts';

/** How a field is edited, read off the field alone. */
export type Control =
  | { readonly kind: 'select'; readonly words: readonly Json[] }
  /** Several of the words; `whole` is the word that stands for all of them. */
  | { readonly kind: 'checks'; readonly words: readonly string[]; readonly whole?: string }
  | { readonly kind: 'boolean' }
  | { readonly kind: 'integer'; readonly minimum?: number; readonly maximum?: number }
  /** A text in which blanks and new lines count. */
  | { readonly kind: 'lines' }
  | { readonly kind: 'text'; readonly numeric: boolean; readonly browse?: 'file' };

export function controlOf(field: Field): Control {
  const alternatives = field.anyOf ?? [field];
  const listed = alternatives.find(({ type, items }) => type === 'array' && items?.enum !== undefined);
  if (listed !== undefined) {
    const whole = alternatives.find((each) => typeof each.const === 'string')?.const as string | undefined;
    return { kind: 'checks', words: wordsOf(listed.items ?? {}).map(String), ...(whole && { whole }) };
  }
  if (alternatives.every((each) => each.enum !== undefined || each.const !== undefined)) {
    return { kind: 'select', words: alternatives.flatMap(wordsOf).filter((word) => !hides(field, word)) };
  }
  if (field.template) return { kind: 'lines' };
  if (field.type === 'boolean') return { kind: 'boolean' };
  if (field.type === 'integer') return { kind: 'integer', ...boundsOf(field) };
  const isFile = field.expected?.startsWith('the path of a file') ?? false;
  return { kind: 'text', numeric: field.type === 'number', ...(isFile && { browse: 'file' as const }) };
}

/** What stands in an empty input. */
export function placeholderOf(field: Field): string {
  return field.default === undefined ? '' : say('default', textOf(field.default));
}

/** The sentence below a field: help, what holds without an entry, what it takes. */
export function hintOf(field: Field): string {
  return [
    field.help,
    field.otherwise && say('otherwise', field.otherwise),
    field.expected === undefined ? rangeOf(field) : say('takes', field.expected),
  ]
    .filter(Boolean)
    .join(' ')
    .replaceAll('`', '');
}

/** A value as text for an input; lists are joined by commas where none of their items has one. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return '';
  if (!Array.isArray(value)) return typeof value === 'object' ? JSON.stringify(value) : String(value);
  const items = value.map(textOf);
  const isPlain = items.every(
    (item, index) => typeof value[index] !== 'object' && !/^\s|[,[]|^$|\s$/.test(item),
  );
  return isPlain ? items.join(', ') : JSON.stringify(value);
}

/**
 * The value that a text stands for; undefined for an empty one, which removes the entry. A text that the field does not take
 * stays a text: the checks say what is wrong with it.
 */
export function valueOf(field: Field, text: string): Json | undefined {
  if (field.template) return text === '' ? undefined : text;
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const alternatives = field.anyOf ?? [field];
  const list = alternatives.find(({ type }) => type === 'array');
  const isOnlyList = list !== undefined && alternatives.length === 1;
  const words = alternatives.flatMap(wordsOf);
  if (words.includes(trimmed)) return trimmed;
  if (list !== undefined && (isOnlyList || /^\[|,/.test(trimmed) || isNumber(trimmed))) {
    return itemsOf(list.items ?? {}, trimmed);
  }
  const takesNumbers = alternatives.some(({ type }) => type === 'number' || type === 'integer');
  return takesNumbers && isNumber(trimmed) ? Number(trimmed) : trimmed;
}

function itemsOf(items: Field, text: string): Json {
  if (text.startsWith('[')) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      text = text.replace(/^\[|\]$/g, '');
    }
  }
  return text
    .split(',')
    .map((item) => valueOf(items, item))
    .filter((item) => item !== undefined);
}

function wordsOf(field: Field): readonly Json[] {
  const own = field.enum ?? (field.const === undefined ? [] : [field.const]);
  return own.filter((word) => !hides(field, word));
}

function hides({ hidden = [] }: Field, word: Json): boolean {
  return hidden.includes(word);
}

function isNumber(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text);
}

/** The numbers that it takes, as a sentence; undefined where it takes any, or none. */
function rangeOf(field: Field): string | undefined {
  const { minimum, maximum } = boundsOf(field);
  const { exclusiveMinimum: above, exclusiveMaximum: below } = field;
  const [low, high] = [above ?? minimum, below ?? maximum];
  if (low === undefined && high === undefined) return undefined;
  if (high === undefined) return say(above === undefined ? 'least' : 'above', low!);
  if (low === undefined) return say(below === undefined ? 'most' : 'below', high);
  if (above === undefined) return say(below === undefined ? 'leastMost' : 'leastBelow', low, high);
  return say(below === undefined ? 'aboveMost' : 'aboveBelow', low, high);
}

/** Bounds without those that every whole number has. */
function boundsOf({ minimum, maximum }: Field): { minimum?: number; maximum?: number } {
  const isReal = (bound: number | undefined): bound is number =>
    bound !== undefined && Math.abs(bound) !== Number.MAX_SAFE_INTEGER;
  return { ...(isReal(minimum) && { minimum }), ...(isReal(maximum) && { maximum }) };
}
