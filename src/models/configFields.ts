import type { JsonObject } from '../core/json.ts';
import { badConfigField } from './errors.ts';

/** Sizes beyond this are a broken or hostile file: no published encoder comes near. */
const LARGEST_SIZE = 10_000_000;

/** A whole number in [least, largest]; `fallback` where the field is absent or null. @throws UserError naming the field. */
export function sizeField(
  config: JsonObject,
  field: string,
  {
    least = 1,
    largest = LARGEST_SIZE,
    fallback,
  }: { least?: number; largest?: number; fallback?: number } = {},
): number {
  const value = config[field] ?? fallback;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < least || value > largest) {
    throw badConfigField(field, `a whole number from ${least} to ${largest}`, value);
  }
  return value;
}

/** A number in [low, high]; `fallback` where the field is absent or null. @throws UserError naming the field. */
export function numberField(
  config: JsonObject,
  field: string,
  [low, high]: readonly [number, number],
  fallback: number,
): number {
  const value = config[field] ?? fallback;
  if (typeof value !== 'number' || !(value >= low && value <= high)) {
    throw badConfigField(field, `a number from ${low} to ${high}`, value);
  }
  return value;
}

/** Throws where the field is given with another value than the one that is computed here. @throws UserError naming the field. */
export function fixedField(config: JsonObject, field: string, value: boolean): void {
  if ((config[field] ?? value) !== value) throw badConfigField(field, String(value), config[field]);
}

/** One of the words; `fallback` where the field is absent or null. @throws UserError naming the field. */
export function wordField<W extends string>(
  config: JsonObject,
  field: string,
  words: readonly W[],
  fallback: W,
): W {
  const value = config[field] ?? fallback;
  const word = words.find((w) => w === value);
  if (word === undefined) throw badConfigField(field, `one of ${words.join(', ')}`, value);
  return word;
}
