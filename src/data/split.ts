import { createHash } from 'node:crypto';
import type { Row } from '../core/row.ts';
import { splitOneSided } from './errors.ts';

export interface Split {
  readonly train: readonly Row[];
  readonly validation: readonly Row[];
  /** The exact rule, for the run's record. */
  readonly rule: string;
}

/**
 * Cuts a share of the rows off for validation. A row goes to validation where the first 48 bits of
 * sha256(seed LF value LF value ...), read as a fraction of 2^48, are below `share`; the values are those of the row,
 * in the order of their columns' names, as UTF-8, lists and answers as JSON. So equal rows land on one side, a row's side does not depend on
 * the other rows, and the share is met on average, not exactly.
 * @throws UserError where a side would be empty.
 */
export function splitByHash(rows: readonly Row[], share: number, seed: number): Split {
  const train: Row[] = [];
  const validation: Row[] = [];
  for (const row of rows) (fractionOf(row, seed) < share ? validation : train).push(row);
  if (train.length === 0) throw splitOneSided(rows.length, share, 'training');
  if (validation.length === 0) throw splitOneSided(rows.length, share, 'validation');
  const columns = Object.keys(textsOf(rows[0])).sort();
  const rule = `validation where first48bits(sha256(join(LF, [${[seed, ...columns].join(', ')}]))) / 2^48 < ${share}`;
  return { train, validation, rule };
}

function fractionOf(row: Row, seed: number): number {
  const values = textsOf(row);
  const ordered = Object.keys(values)
    .sort()
    .map((column) => values[column]);
  const digest = createHash('sha256')
    .update([seed, ...ordered].join('\n'))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

function textsOf({ values, lists = {}, answers = {} }: Row): Readonly<Record<string, string>> {
  const written = Object.entries({ ...lists, ...answers }).map(([column, list]) => [
    column,
    JSON.stringify(list),
  ]);
  return { ...values, ...(Object.fromEntries(written) as Record<string, string>) };
}
