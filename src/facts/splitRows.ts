import type { SplitRows } from '../plan/time.ts';
import { fileKey, filesOf, type Facts } from '../recipe/facts.ts';
import type { Configuration } from '../recipe/recipe.ts';

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
