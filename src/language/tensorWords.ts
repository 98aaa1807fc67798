import { sizeOf } from '../core/tensor.ts';

/** How many tensors are named. */
const NAMED = 6;

interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Parameters of them all. */
export function sizeOfAll(tensors: readonly Pick<Tensor, 'shape'>[]): number {
  return tensors.reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** The first few names, each on a line. */
export function namesOf(tensors: readonly Tensor[]): string {
  if (tensors.length === 0) return 'Trains no tensor of the model.';
  const rest = tensors.length - NAMED;
  const names = tensors.slice(0, NAMED).map(({ name }) => name);
  return [...names, ...(rest > 0 ? [`and ${rest} more`] : [])].join('\n');
}

/** A share in percent, with two digits behind the point or, where it is smaller, one that counts. */
export function percent(part: number, whole: number): string {
  const share = (100 * part) / whole;
  return share === 0 || share >= 0.01 ? String(Number(share.toFixed(2))) : share.toPrecision(1);
}
