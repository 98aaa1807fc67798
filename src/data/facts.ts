import { resolve } from 'node:path';
import type { Json } from '../core/json.ts';
import { readerFor } from './readers.ts';
import { readSource, statFile } from './source.ts';
import { textOf } from './table.ts';

/** What `check` and `plan` know of a data file. */
export interface DataFacts {
  readonly columns: readonly string[];
  readonly rows: number;
  /** SHA-256 of the file's bytes, in hexadecimal. */
  readonly hash: string;
  /** The different values of the label column, sorted; absent where none was asked for or the file lacks it. */
  readonly labels?: readonly string[];
  /** Rows of each label, in the order of `labels`. */
  readonly counts?: readonly number[];
  /** The first row's values by column. */
  readonly first: Readonly<Record<string, Json>>;
}

/** Larger files are not looked into while a recipe is being written. */
export const MAX_FACTS_BYTES = 32 * 2 ** 20;

/**
 * Reads a data file's facts; undefined ('not checked') where it is larger than `MAX_FACTS_BYTES`. Facts are kept until the
 * file's size or modification time changes.
 * @throws UserError where `readTable` would, save for missing columns, which the caller finds in `columns`.
 */
export async function readDataFacts(
  file: string,
  { format, label }: { readonly format?: string; readonly label?: string } = {},
): Promise<DataFacts | undefined> {
  const { size, mtimeMs } = await statFile(file);
  if (size > MAX_FACTS_BYTES) return undefined;
  const key = JSON.stringify([resolve(file), format, label]);
  const version = `${size} ${mtimeMs}`;
  const kept = cache.get(key);
  if (kept?.version === version) return kept.facts;
  const facts = await gather(file, format, label);
  cache.set(key, { version, facts });
  return facts;
}

const cache = new Map<string, { readonly version: string; readonly facts: DataFacts }>();

async function gather(
  file: string,
  format: string | undefined,
  label: string | undefined,
): Promise<DataFacts> {
  const reader = readerFor(file, format);
  const source = await readSource(file);
  const { columns, records } = reader.read(source);
  const facts = { columns, rows: records.length, hash: source.hash, first: records[0].values };
  if (label === undefined || !columns.includes(label)) return facts;
  const counts = new Map<string, number>();
  for (const record of records) {
    const text = textOf(file, record, label);
    counts.set(text, (counts.get(text) ?? 0) + 1);
  }
  const labels = [...counts.keys()].sort();
  return { ...facts, labels, counts: labels.map((each) => counts.get(each)!) };
}
