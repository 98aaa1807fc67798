import { keyOf, normals, uniforms } from './random.ts';
import { floatTensor, sizeOf, zeros, type HostTensor } from './tensor.ts';

/** How a new tensor starts; `uniform` lies in [-bound, bound]. */
export type DrawnInit =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'ones' }
  | { readonly kind: 'normal'; readonly std: number }
  | { readonly kind: 'uniform'; readonly bound: number };

/** A new tensor, float32: with one seed, one of that name and shape starts alike, whatever else there is. */
export function drawnTensor(
  {
    name,
    shape,
    init,
  }: { readonly name: string; readonly shape: readonly number[]; readonly init: DrawnInit },
  seed: number,
): HostTensor {
  switch (init.kind) {
    case 'zeros':
      return zeros(shape);
    case 'ones':
      return floatTensor(shape, new Float32Array(sizeOf(shape)).fill(1));
    case 'normal': {
      const values = normals(keyOf(seed, 'init', name), sizeOf(shape));
      for (let i = 0; i < values.length; i++) values[i] *= init.std;
      return floatTensor(shape, values);
    }
    case 'uniform': {
      const values = uniforms(keyOf(seed, 'init', name), sizeOf(shape));
      for (let i = 0; i < values.length; i++) values[i] = (2 * values[i] - 1) * init.bound;
      return floatTensor(shape, values);
    }
  }
}
