import { fileKey, filesOf, type Facts } from './facts.ts';
import type { Configuration } from './recipe.ts';

/**
 * Rows of each split; a share that is cut off the training file is taken from it, by the recipe's first seed. Absent where they are not
 * known.
 */
export interface SplitRows {
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
}

/** How many rows each split has, as far as the files are known. */
export function splitRows(configuration: Configuration, facts: Facts): SplitRows {
  const files = filesOf(configuration);
  const factsOf = (split: keyof typeof files) => {
    const file = files[split];
    const known = file && facts.files.get(fileKey(file));
    return known === undefined || 'unusable' in known ? undefined : known;
  };
  const train = factsOf('train');
  const test = factsOf('test')?.rows;
  if (typeof configuration.task.validation === 'number') return { ...train?.cut, test };
  return { train: train?.rows, validation: factsOf('validation')?.rows, test };
}
