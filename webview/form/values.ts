import type { ValueEdit, Vocabulary } from '../../src/protocol/language.ts';
import { bySeverity } from './findings.ts';
import type { Finding } from './findings.ts';

export type Field = Vocabulary['recipe'];
export type Json = NonNullable<ValueEdit['value']> | null;
export type Path = readonly (string | number)[];

/** The value at a path; undefined where there is none. */
export function valueAt(root: Json | undefined, path: Path): Json | undefined {
  return path.reduce<Json | undefined>((value, step) => {
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value)) return value[Number(step)];
    return Object.hasOwn(value, step) ? value[step] : undefined;
  }, root);
}

/** Where the methods of the variant shown stand: its own mapping, or the one that all variants share. */
export function methodsPath(values: Json | undefined, variant: string | undefined): Path {
  const name = variantName(values, variant);
  const own = name === undefined ? [] : ['variants', name, 'methods'];
  return own.length > 0 && valueAt(values, own) !== undefined ? own : ['methods'];
}

/** The entry of `variants` that a configuration is of: a point of the grid goes on behind a comma. */
export function variantName(values: Json | undefined, variant: string | undefined): string | undefined {
  const variants = valueAt(values, ['variants']);
  if (variant === undefined || typeof variants !== 'object' || variants === null) return undefined;
  return Object.keys(variants)
    .filter((name) => variant === name || variant.startsWith(`${name}, `))
    .sort((a, b) => b.length - a.length)[0];
}

/** A method's mapping, also where the recipe may list several of them. */
export function sectionOf(field: Field): Field {
  return field.anyOf?.find(({ properties }) => properties !== undefined) ?? field;
}

/** What is wrong with the field at a path, or with something inside it; errors first. */
export function problemsAt(problems: readonly Finding[], path: Path): Finding[] {
  const own = path.join('.');
  return bySeverity(problems.filter((problem) => problem.path === own || problem.path.startsWith(`${own}.`)));
}

/** What is wrong with a mapping at a path, or in it with none of the fields named. */
export function problemsAround(
  problems: readonly Finding[],
  path: Path,
  names: readonly string[],
): readonly Finding[] {
  const named = new Set(names.flatMap((name) => problemsAt(problems, [...path, name])));
  return problemsAt(problems, path).filter((problem) => !named.has(problem));
}

/** The longest of the paths that is the wanted one or leads to it. */
export function nearestPath(paths: readonly string[], wanted: string): string | undefined {
  return paths
    .filter((path) => path !== '' && (wanted === path || wanted.startsWith(`${path}.`)))
    .sort((a, b) => b.length - a.length)[0];
}

/** Whether two values of a recipe are the same; the order of a mapping's entries says nothing. */
export function isSame(a: Json | undefined, b: Json | undefined): boolean {
  return canonical(a) === canonical(b);
}

function canonical(value: Json | undefined): string | undefined {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
