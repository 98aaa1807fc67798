import type { Json } from '../core/json.ts';
import { meantBy } from './didYouMean.ts';
import type { Field } from './fields.ts';
import { wordsOf } from './fields.ts';
import type { Fix, PathStep } from './problem.ts';

/** Gives the key of an entry the name that was probably meant; none where nothing is near. */
export function renamed(path: readonly PathStep[], names: readonly string[]): readonly Fix[] {
  const meant = meantBy(String(path.at(-1)), names);
  return meant === undefined ? [] : [{ title: `Change to "${meant}"`, changes: [{ path, newKey: meant }] }];
}

/** Moves an entry to the path where it belongs. */
export function moved(path: readonly PathStep[], to: readonly PathStep[], value: Json): Fix {
  const title = `Write it as ${to.join('.')}`;
  const isBeside = to.length === path.length && to.slice(0, -1).every((step, i) => step === path[i]);
  if (isBeside) return { title, changes: [{ path, newKey: String(to.at(-1)) }] };
  return { title, changes: [{ path: to, value }, { path }] };
}

export function removed(path: readonly PathStep[]): Fix {
  return { title: `Remove "${path.at(-1)}"`, changes: [{ path }] };
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
  const { minimum, maximum } = field;
  if (minimum !== undefined && value < minimum) return [replacedBy(path, minimum)];
  if (maximum !== undefined && value > maximum) return [replacedBy(path, maximum)];
  return [];
}

/** Adds an entry that is missing, where its field takes one value only or has a default. */
export function addedEntry(path: readonly PathStep[], field: Field): readonly Fix[] {
  const value = field.default ?? field.const ?? (field.enum?.length === 1 ? field.enum[0] : undefined);
  if (value === undefined) return [];
  return [{ title: `Add "${path.at(-1)}: ${JSON.stringify(value)}"`, changes: [{ path, value }] }];
}

export function replacedBy(path: readonly PathStep[], value: string | number): Fix {
  return {
    title: `Change to ${typeof value === 'string' ? `"${value}"` : value}`,
    changes: [{ path, value }],
  };
}
