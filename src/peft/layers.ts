import { z } from 'zod';
import type { MethodProblem } from './method.ts';

const LARGEST_LAYER = 9999;

/**
 * Which layers a method acts on: `all`, `upper_half`, `lower_half`, a range such as `0-5` (both ends included) or a list of
 * numbers. Layers are numbered as in the tensors' names. Kept as written, so that a resolved recipe reads like the recipe.
 */
export const layersField = z
  .union([
    z.enum(['all', 'upper_half', 'lower_half']),
    z
      .string()
      .regex(/^\d{1,4}-\d{1,4}$/)
      .refine(isAscending),
    z.array(z.int().min(0).max(LARGEST_LAYER)).min(1).refine(isDistinct),
  ])
  .default('all')
  .meta({
    help: 'The layers it acts on, numbered as in the tensor names; the upper half is the one nearer to the output.',
    expected:
      'all, upper_half, lower_half, a range such as 0-5, or a list of different layer numbers such as [0, 2, 4]',
    counts: { noun: 'layer', by: 'layer' },
  });

export type Layers = z.output<typeof layersField>;

/**
 * The numbers that `layers` names in a model of `layerCount` layers, ascending. A range or a list may name layers that the
 * model lacks: the method's `check` reports them. Of an odd number of layers the middle one belongs to the upper half.
 */
export function layersOf(layers: Layers, layerCount: number): number[] {
  if (Array.isArray(layers)) return [...layers].sort((a, b) => a - b);
  const half = Math.floor(layerCount / 2);
  if (layers === 'all') return range(0, layerCount);
  if (layers === 'lower_half') return range(0, half);
  if (layers === 'upper_half') return range(half, layerCount);
  const [first, last] = endsOf(layers);
  return range(first, last + 1);
}

/** The layers of a model that `layers` does not name, ascending. */
export function layersBut(layers: Layers, layerCount: number): number[] {
  const named = new Set(layersOf(layers, layerCount));
  return range(0, layerCount).filter((layer) => !named.has(layer));
}

/** The fault of naming layers that a model of `layerCount` layers lacks. */
export function layersOutside(layers: Layers, layerCount: number): MethodProblem[] {
  const outside = layersOf(layers, layerCount).filter((layer) => layer >= layerCount);
  if (outside.length === 0) return [];
  const message = `the model has layers 0 to ${layerCount - 1}; there is no layer ${outside.join(', ')}`;
  return [{ field: 'layers', message }];
}

/** Faults of what a method must be able to act on: layers that there are, and at least one. */
export function layerProblems(layers: Layers, layerCount: number): MethodProblem[] {
  if (layersOf(layers, layerCount).length > 0) return layersOutside(layers, layerCount);
  const message = `chooses none of the model's layers, of which there are ${layerCount}`;
  return [{ field: 'layers', message }];
}

function endsOf(text: string): [number, number] {
  const [first, last] = text.split('-');
  return [Number(first), Number(last)];
}

function isAscending(text: string): boolean {
  const [first, last] = endsOf(text);
  return first <= last;
}

function isDistinct(numbers: readonly number[]): boolean {
  return new Set(numbers).size === numbers.length;
}

/** first .. end-1 */
function range(first: number, end: number): number[] {
  return Array.from({ length: end - first }, (_, index) => first + index);
}
