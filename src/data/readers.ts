import { extname } from 'node:path';
import { conll } from './conll.ts';
import { csv } from './csv.ts';
import { formatNameUnknown, formatUnknown } from './errors.ts';
import { jsonl } from './jsonl.ts';
import type { Reader } from './reader.ts';
import { squad } from './squad.ts';
import { tsv } from './tsv.ts';

/** Every file format. Adding one is a file beside this and an entry here. */
export const readers: readonly Reader[] = [tsv, csv, jsonl, squad, conll];

/** The reader for `format`, or, without it, for the file's extension. @throws UserError where neither is known. */
export function readerFor(file: string, format?: string): Reader {
  const wanted = format ?? extname(file).slice(1).toLowerCase();
  const found = readers.find((reader) => reader.format === wanted);
  if (found !== undefined) return found;
  const known = readers.map((reader) => reader.format);
  throw format === undefined
    ? formatUnknown(file, extname(file), known)
    : formatNameUnknown(file, format, known);
}
