import type { JsonObject } from '../core/json.ts';
import { LONGEST_RECORDED } from '../core/longestRecorded.ts';
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

/** A power of 2, as the positions of models mostly are; no real one has fewer. */
const LEAST_POSITIONS = 2 ** Math.ceil(Math.log2(LONGEST_RECORDED));

/** Rows of a position table, with enough for a text beside those that are `unused`. @throws UserError naming the field. */
export function positionsField(config: JsonObject, field: string, { unused = 0 } = {}): number {
  return sizeField(config, field, { least: LEAST_POSITIONS + unused });
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
