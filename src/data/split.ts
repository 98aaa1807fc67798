import { createHash } from 'node:crypto';
import type { Row } from '../core/row.ts';
import { splitOneSided } from './errors.ts';

export interface Split {
  readonly train: readonly Row[];
  readonly validation: readonly Row[];
  /** The exact rule, for the run's record. */
  readonly rule: string;
}

export interface Cut {
  readonly share: number;
  /** Columns whose values rows must have in common to stay together; all of them where absent. */
  readonly by?: readonly string[];
}

/**
 * Cuts a share of the rows off for validation. A row goes to validation where the first 48 bits of
 * sha256(seed LF value LF value ...), read as a fraction of 2^48, are below `share`; the values are those of the columns `by`,
 * in the order of their columns' names, as UTF-8, lists and answers as JSON. So rows that are equal there land on one side, a row's side does not
 * depend on the other rows, and the share is met on average, not exactly.
 * @throws UserError where a side would be empty.
 */
export function splitByHash(rows: readonly Row[], cut: Cut, seed: number): Split {
  const { train, validation } = cutByHash(rows, cut, seed);
  const { share } = cut;
  if (train.length === 0) throw splitOneSided(rows.length, share, 'training');
  if (validation.length === 0) throw splitOneSided(rows.length, share, 'validation');
  const columns = Object.keys(textsOf(rows[0], cut)).sort();
  const rule = `validation where first48bits(sha256(join(LF, [${[seed, ...columns].join(', ')}]))) / 2^48 < ${share}`;
  return { train, validation, rule };
}

/** The same, whatever stands on each side. */
export function cutByHash(
  rows: readonly Row[],
  cut: Cut,
  seed: number,
): { readonly train: readonly Row[]; readonly validation: readonly Row[] } {
  const train: Row[] = [];
  const validation: Row[] = [];
  for (const row of rows) (fractionOf(row, cut, seed) < cut.share ? validation : train).push(row);
  return { train, validation };
}

function fractionOf(row: Row, cut: Cut, seed: number): number {
  const values = textsOf(row, cut);
  const ordered = Object.keys(values)
    .sort()
    .map((column) => values[column]);
  const digest = createHash('sha256')
    .update([seed, ...ordered].join('\n'))
    .digest();
  return digest.readUIntBE(0, 6) / 2 ** 48;
}

function textsOf({ values, lists = {}, answers = {} }: Row, { by }: Cut): Readonly<Record<string, string>> {
  const written = Object.entries({ ...lists, ...answers }).map(([column, list]) => [
    column,
    JSON.stringify(list),
  ]);
  const all = { ...values, ...(Object.fromEntries(written) as Record<string, string>) };
  return by === undefined ? all : Object.fromEntries(by.map((column) => [column, all[column]]));
}
