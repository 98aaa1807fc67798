import type { Json } from '../core/json.ts';
import { meantBy } from './didYouMean.ts';
import type { Field } from './fields.ts';
import { wordsOf } from './fields.ts';
import type { Fix, PathStep } from './problem.ts';
import { lineText } from './yamlText.ts';

/** Gives the key of an entry the name that was probably meant; none where nothing is near. */
export function renamed(path: readonly PathStep[], names: readonly string[]): readonly Fix[] {
  const meant = meantBy(String(path.at(-1)), names);
  return meant === undefined ? [] : [{ title: `Change to "${meant}"`, changes: [{ path, newKey: meant }] }];
}

/** Moves an entry to the path where it belongs. */
export function moved(path: readonly PathStep[], to: readonly PathStep[]): Fix {
  const title = `Write it as ${to.join('.')}`;
  const isBeside = to.length === path.length && to.slice(0, -1).every((step, i) => step === path[i]);
  if (isBeside) return { title, changes: [{ path, newKey: String(to.at(-1)) }] };
  return { title, changes: [{ path, newPath: to }] };
}

export function removed(path: readonly PathStep[]): Fix {
  return { title: `Remove "${path.at(-1)}"`, changes: [{ path }] };
}

/** Takes items out of a list. */
export function withoutItems(title: string, path: readonly PathStep[], indices: readonly number[]): Fix {
  const backwards = [...indices].sort((a, b) => b - a);
  return { title, changes: backwards.map((index) => ({ path: [...path, index] })) };
}

/** Takes out of a list what stands in it before; none where too few items would be left. */
export function withoutRepetition(
  path: readonly PathStep[],
  list: readonly Json[],
  least = 0,
): readonly Fix[] {
  const keys = list.map((item) => JSON.stringify(item));
  const again = keys.flatMap((key, index) => (keys.indexOf(key) < index ? [index] : []));
  if (again.length === 0 || list.length - again.length < least) return [];
  return [withoutItems('Remove the repetition', path, again)];
}

/** Gives a field, written or not, a value, and says which field. */
export function changedField(path: readonly PathStep[], value: string | number): Fix {
  return { title: `Change ${path.at(-1)} to ${JSON.stringify(value)}`, changes: [{ path, value }] };
}

/** Puts the word that was probably meant in the place of a value; none where nothing is near. */
export function meantWord(
  path: readonly PathStep[],
  value: string,
  words: readonly string[],
): readonly Fix[] {
  const meant = meantBy(value, words);
  return meant === undefined ? [] : [replacedBy(path, meant)];
}

/** Puts a value that the field takes in the place of one that it does not; none where no other is near. */
export function nearestValue(path: readonly PathStep[], value: Json, field: Field): readonly Fix[] {
  if (typeof value === 'string') return meantWord(path, value, wordsOf(field));
  const takesText = field.type === 'string' && field.enum === undefined && field.const === undefined;
  if (takesText && (typeof value === 'number' || typeof value === 'boolean'))
    return [{ title: 'Write it in quotes', changes: [{ path, value: String(value) }] }];
  if (typeof value !== 'number') return [];
  const nearest = field.type === 'integer' ? nearestWhole(value, field) : nearestReal(value, field);
  return nearest === undefined || nearest === value ? [] : [replacedBy(path, nearest)];
}

/** Of real numbers beside a bound that is not among them, none is the nearest. */
function nearestReal(value: number, { minimum, maximum }: Field): number | undefined {
  if (minimum !== undefined && value < minimum) return minimum;
  return maximum !== undefined && value > maximum ? maximum : undefined;
}

function nearestWhole(value: number, field: Field): number | undefined {
  const least = leastWhole(field);
  const { maximum = Infinity, exclusiveMaximum = Infinity } = field;
  const most = Math.min(Math.floor(maximum), Math.ceil(exclusiveMaximum) - 1);
  const nearest = Math.min(Math.max(Math.round(value), least), most);
  return Number.isFinite(nearest) && nearest >= least ? nearest : undefined;
}

/** The smallest whole number that a field takes. */
export function leastWhole({ minimum = -Infinity, exclusiveMinimum = -Infinity }: Field): number {
  return Math.max(Math.ceil(minimum), Math.floor(exclusiveMinimum) + 1);
}

/** Adds an entry that is missing, where its field takes one value only or has a default. */
export function addedEntry(path: readonly PathStep[], field: Field): readonly Fix[] {
  const value = field.default ?? field.const ?? (field.enum?.length === 1 ? field.enum[0] : undefined);
  return value === undefined ? [] : [added(path, value)];
}

/** Adds an entry; `name` is its key, or more of its path where it stands elsewhere. */
export function added(path: readonly PathStep[], value: Json, name = String(path.at(-1))): Fix {
  return { title: `Add "${name}: ${lineText(value)}"`, changes: [{ path, value }] };
}

export function replacedBy(path: readonly PathStep[], value: string | number): Fix {
  return {
    title: `Change to ${typeof value === 'string' ? `"${value}"` : value}`,
    changes: [{ path, value }],
  };
}
