import { resolve } from 'node:path';
import type { Json } from '../core/json.ts';
import { labelsIn, type Columns, type Dropped, type Row } from '../core/row.ts';
import { sortedLabels } from './labels.ts';
import { readerFor } from './readers.ts';
import { readSource, statFile } from './source.ts';
import { cutByHash, type Cut } from './split.ts';
import { isDropped, rowOf } from './table.ts';

/** What `check` and `plan` know of a data file. */
export interface DataFacts {
  readonly columns: readonly string[];
  /** Without those that are left out. */
  readonly rows: number;
  /** Rows on each side of the cut that was asked for. */
  readonly cut?: { readonly train: number; readonly validation: number };
  /** How many are left out; absent where none were to be. */
  readonly dropped?: number;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
  /** The different values of the label column, sorted; absent where none was asked for or the file lacks it. */
  readonly labels?: readonly string[];
  /** Rows of each label, or items of lists, in the order of `labels`. */
  readonly counts?: readonly number[];
  /** Columns that hold no text, number or boolean, nor lists of them, with their type. */
  readonly untold?: ReadonlyMap<string, string>;
  /** The first row's values by column. */
  readonly first: Readonly<Record<string, Json>>;
}

export interface FactsOptions {
  readonly format?: string;
  /** Columns that every row must have; those that the file lacks are not looked at. */
  readonly columns?: Columns;
  /** The one of them that holds labels. */
  readonly label?: string;
  /** Rows that are left out of all counts. */
  readonly drop?: Dropped;
  /** The share that is cut off for validation, with the seed. */
  readonly cut?: Cut & { readonly seed: number };
}

/** Larger files are not looked into while a recipe is being written. */
export const MAX_FACTS_BYTES = 32 * 2 ** 20;

/**
 * Reads a data file's facts; undefined ('not checked') where it is larger than `MAX_FACTS_BYTES`. Facts are kept until the
 * file's size or modification time changes.
 * @throws UserError where `readTable` would, save for missing columns and those of other types, which the caller finds in `columns` and `untold`.
 */
export async function readDataFacts(
  file: string,
  options: FactsOptions = {},
): Promise<DataFacts | undefined> {
  const { size, mtimeMs } = await statFile(file);
  if (size > MAX_FACTS_BYTES) return undefined;
  const key = JSON.stringify([resolve(file), options]);
  const version = `${size} ${mtimeMs}`;
  const kept = cache.get(key);
  if (kept?.version === version) return kept.facts;
  const facts = await gather(file, options);
  cache.set(key, { version, facts });
  return facts;
}

const cache = new Map<string, { readonly version: string; readonly facts: DataFacts }>();

async function gather(
  file: string,
  { format, columns = {}, label, drop, cut }: FactsOptions,
): Promise<DataFacts> {
  const reader = readerFor(file, format);
  const source = await readSource(file);
  const { columns: found, records, untold } = await reader.read(source);
  const isThere = (column: string) => found.includes(column) && untold?.has(column) !== true;
  const present = Object.fromEntries(
    Object.entries(columns).filter(
      ([column, cell]) => isThere(column) && (typeof cell === 'string' || isThere(cell.answersIn)),
    ),
  );
  const isWhole = Object.keys(present).length === Object.keys(columns).length;
  const counts = new Map<string, number>();
  const kept: Row[] = [];
  for (const [index, record] of records.entries()) {
    const row = rowOf(file, record, { index, columns: present });
    if (isDropped(row, drop)) continue;
    kept.push(row);
    if (label === undefined) continue;
    for (const each of labelsIn(row, label)) counts.set(each.label, (counts.get(each.label) ?? 0) + 1);
  }
  const facts = {
    columns: found,
    untold,
    rows: kept.length,
    ...(drop !== undefined && { dropped: records.length - kept.length }),
    ...(cut !== undefined && isWhole && { cut: cutCounts(kept, cut) }),
    hash: source.hash,
    first: records[0].values,
  };
  if (label === undefined || !isThere(label)) return facts;
  const labels = sortedLabels(counts.keys());
  return { ...facts, labels, counts: labels.map((each) => counts.get(each)!) };
}

function cutCounts(
  rows: readonly Row[],
  { seed, ...cut }: NonNullable<FactsOptions['cut']>,
): NonNullable<DataFacts['cut']> {
  const { train, validation } = cutByHash(rows, cut, seed);
  return { train: train.length, validation: validation.length };
}
