import { fileKey, filesOf, type Facts } from './facts.ts';
import type { Configuration } from './recipe.ts';

/** Rows of each split; a share that is cut off the training file is taken from it. Absent where they are not known. */
export interface SplitRows {
  readonly train?: number;
  readonly validation?: number;
  readonly test?: number;
}

/** How many rows each split has, as far as the files are known. */
export function splitRows(configuration: Configuration, facts: Facts): SplitRows {
  const files = filesOf(configuration);
  const rowsOf = (split: keyof typeof files) => {
    const file = files[split];
    const known = file && facts.files.get(fileKey(file));
    return known === undefined || 'unusable' in known ? undefined : known.rows;
  };
  const { validation: share } = configuration.task;
  const [train, test] = [rowsOf('train'), rowsOf('test')];
  const cut = typeof share === 'number' && train !== undefined ? Math.round(share * train) : undefined;
  return { train: train && train - (cut ?? 0), validation: cut ?? rowsOf('validation'), test };
}
