import { int32s, keyOf } from '../core/random.ts';
import { intTensor, sizeOf, type HostTensor } from '../core/tensor.ts';
import type { DropoutSite } from '../models/architecture.ts';
import type { ProgramInput } from './program.ts';

/**
 * The random integers that the host feeds for dropout: for each site two short vectors, `rows` over all axes but the last and `columns`
 * over all but the last but one, from which the program makes the mask (ops/dropout.ts). A site that stands ahead of another has its rows.
 */
export function dropoutInputs(sites: readonly DropoutSite[]): ProgramInput[] {
  return sites.flatMap(({ name, shape, ahead }) =>
    (ahead === undefined ? (['rows', 'columns'] as const) : (['columns'] as const)).map((which) => ({
      name: dropoutFeed(name, which),
      role: 'feed' as const,
      dtype: 'int32' as const,
      shape: shape.map((size, axis) => (axis === shape.length - (which === 'rows' ? 1 : 2) ? 1 : size)),
    })),
  );
}

export function dropoutFeed(site: string, which: 'rows' | 'columns'): string {
  return `dropout/${site}/${which}`;
}

/** Values of these inputs: pure functions of seed, step, site and place, uniform over int32. `step` counts batches, from 0. */
export function dropoutFeeds(
  sites: readonly DropoutSite[],
  { seed, step, symbols }: { seed: number; step: number; symbols: Readonly<Record<'B' | 'S', number>> },
): Record<string, HostTensor> {
  const feeds: Record<string, HostTensor> = {};
  for (const { name, shape } of dropoutInputs(sites)) {
    const sizes = shape.map((size) => (typeof size === 'number' ? size : symbols[size as 'B' | 'S']));
    feeds[name] = intTensor(sizes, int32s(keyOf(seed, name, step), sizeOf(sizes)));
  }
  return feeds;
}
