import { IGNORED } from '../core/ignored.ts';
import type { Example } from './task.ts';

/** How many targets the loss is the mean of. */
export function countTargets(examples: readonly Pick<Example, 'targets'>[]): number {
  return examples.reduce(
    (sum, { targets }) => targets.reduce((count, target) => count + Number(target !== IGNORED), sum),
    0,
  );
}
