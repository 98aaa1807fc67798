import type { SchemaElement, SchemaTree } from 'hyparquet';
import type { Json } from '../core/json.ts';

/** Physical types whose values are numbers or booleans, where no annotation makes more of them. */
const PLAIN: ReadonlySet<unknown> = new Set(['BOOLEAN', 'INT32', 'INT64', 'FLOAT', 'DOUBLE']);
/** Annotations of values that JSON has: texts, numbers of some width, nothing, and lists and maps of values. */
const TOLD: ReadonlySet<unknown> = new Set([
  ...['STRING', 'UTF8', 'NULL', 'FLOAT16', 'LIST', 'MAP', 'MAP_KEY_VALUE'],
  ...['INTEGER', 'INT_8', 'INT_16', 'INT_32', 'INT_64', 'UINT_8', 'UINT_16', 'UINT_32', 'UINT_64'],
]);

/** Parquet's name of the first type in a column (a leaf, or a group of them) whose values have no form as JSON, such as bytes or dates. */
export function untoldType({ element, children }: SchemaTree): string | undefined {
  const annotation = element.logical_type?.type ?? element.converted_type;
  if (annotation !== undefined && !TOLD.has(annotation)) return annotation;
  for (const child of children) {
    const found = untoldType(child);
    if (found !== undefined) return found;
  }
  return children.length > 0 || annotation !== undefined || PLAIN.has(element.type)
    ? undefined
    : typeName(element);
}

function typeName({ type }: SchemaElement): string {
  return type ?? 'an unknown type';
}

/** A value as JSON: nothing becomes null, and a whole number beyond 2^53 its digits. */
export function jsonOf(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'bigint') return numberOrDigits(value);
  if (typeof value !== 'object') return value as Json;
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, jsonOf);
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, jsonOf(each)]));
}

function numberOrDigits(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
