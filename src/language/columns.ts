import { resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import { MAX_FACTS_BYTES } from '../data/facts.ts';
import { sortedLabels } from '../data/labels.ts';
import { readerFor } from '../data/readers.ts';
import { readSource, statFile } from '../data/source.ts';
import { isWithin } from '../files/within.ts';
import type { ColumnsResult } from '../protocol/language.ts';
import { fileNotLookedAt, fileTooLargeForColumns } from './errors.ts';

/** More different values are no labels. */
const MAX_VALUES = 50;

/** Columns of a data file, and the values of those that could be labels; kept until the file changes. */
export async function columnsOf(
  file: string,
  { format, within }: { readonly format?: string; readonly within?: readonly string[] },
): Promise<ColumnsResult> {
  try {
    if (!(await isWithin(file, within))) throw fileNotLookedAt(file);
    const { size, mtimeMs } = await statFile(file);
    if (size > MAX_FACTS_BYTES) throw fileTooLargeForColumns(file, MAX_FACTS_BYTES);
    const key = JSON.stringify([resolve(file), format]);
    const version = `${size} ${mtimeMs}`;
    const kept = cache.get(key);
    if (kept?.version === version) return kept.result;
    const result = await read(file, format);
    cache.set(key, { version, result });
    return result;
  } catch (error) {
    if (error instanceof UserError) return { problem: error.message };
    throw error;
  }
}

const cache = new Map<string, { readonly version: string; readonly result: ColumnsResult }>();

async function read(file: string, format: string | undefined): Promise<ColumnsResult> {
  const { columns, records } = await readerFor(file, format).read(await readSource(file));
  const values = columns.flatMap((column) => {
    const found = new Set<string>();
    for (const record of records) {
      const value = Object.hasOwn(record.values, column) ? record.values[column] : null;
      // Of lists, the items.
      for (const item of Array.isArray(value) ? value : [value])
        if (item !== null && typeof item !== 'object') found.add(String(item));
      if (found.size > MAX_VALUES) return [];
    }
    // Of answers there is none.
    return found.size === 0 ? [] : [[column, sortedLabels(found)] as const];
  });
  return { columns, rows: records.length, values: Object.fromEntries(values) };
}
