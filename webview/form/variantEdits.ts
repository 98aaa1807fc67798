import type { ValueEdit } from '../../src/protocol/language.ts';
import { isSame, methodsPath, valueAt, variantName } from './values.ts';
import type { Json } from './values.ts';

/** Adds a copy of the variant shown, with methods of its own; a recipe without variants gets its first two. */
export function copied(values: Json | undefined, variant: string | undefined): ValueEdit[] {
  const methods = valueAt(values, methodsPath(values, variant)) ?? {};
  const names = namesOf(values);
  const name = variantName(values, variant);
  if (name === undefined) {
    const first = Object.keys(methods).join(' + ') || 'first';
    const variants = { [first]: {}, [free(first, [first])]: { methods } };
    return [{ path: ['variants'], value: variants }] as ValueEdit[];
  }
  const overlay = valueAt(values, ['variants', name]) as Record<string, Json> | null;
  return [{ path: ['variants', free(name, names)], value: { ...overlay, methods } }] as ValueEdit[];
}

/** Renames a variant, and where the report names it; undefined for a name that is empty or taken. */
export function renamed(values: Json | undefined, name: string, next: string): ValueEdit[] | undefined {
  const to = next.trim();
  if (to === '' || namesOf(values).includes(to)) return undefined;
  return [
    { path: ['variants', name], newKey: to },
    ...(isBaseline(values, name) ? [{ path: ['report', 'baseline'], value: to }] : []),
  ];
}

/** Removes a variant; undefined for the last one, whose methods would be gone. */
export function removed(values: Json | undefined, name: string): ValueEdit[] | undefined {
  if (namesOf(values).length < 2) return undefined;
  const baseline = isBaseline(values, name) ? [{ path: ['report', 'baseline'] }] : [];
  return [{ path: ['variants', name] }, ...baseline];
}

export function namesOf(values: Json | undefined): string[] {
  return Object.keys(valueAt(values, ['variants']) ?? {});
}

function isBaseline(values: Json | undefined, name: string): boolean {
  return isSame(valueAt(values, ['report', 'baseline']), name);
}

/** `name 2`, or with the next number that is not taken. */
function free(name: string, taken: readonly string[]): string {
  let number = 2;
  while (taken.includes(`${name} ${number}`)) number++;
  return `${name} ${number}`;
}
