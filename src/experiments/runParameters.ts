import type { RunKey, RunParameters } from '../protocol/dashboard.ts';
import type { VariantParameters } from '../protocol/language.ts';

/** The counts of a run's variant by layer, module and method, in the order of the model. */
export function runParameters(
  run: RunKey,
  { base, trained, head, layers }: NonNullable<VariantParameters['counts']>,
): RunParameters {
  const shares = new Map<string, RunParameters['shares'][number]>();
  for (const { layer, module, method, count } of layers) {
    const key = JSON.stringify([layer, module, method]);
    const earlier = shares.get(key)?.count ?? 0;
    shares.set(key, { ...(layer !== undefined && { layer }), module, method, count: earlier + count });
  }
  return { run, shares: [...shares.values()], base, trained, head };
}
