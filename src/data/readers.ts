import { extname } from 'node:path';
import { conll } from './conll.ts';
import { csv } from './csv.ts';
import { formatNameUnknown, formatUnknown } from './errors.ts';
import { jsonl } from './jsonl.ts';
import { parquet } from './parquet.ts';
import type { Reader } from './reader.ts';
import { squad } from './squad.ts';
import { text } from './text.ts';
import { tsv } from './tsv.ts';

/** Every file format. Adding one is a file beside this and an entry here. */
export const readers: readonly Reader[] = [tsv, csv, jsonl, squad, conll, parquet, text];

/** The reader for `format`, or, without it, for the file's extension. @throws UserError where neither is known. */
export function readerFor(file: string, format?: string): Reader {
  const extension = extname(file);
  const found =
    format === undefined
      ? readers.find((reader) => reader.extension === extension.toLowerCase())
      : readers.find((reader) => reader.format === format);
  if (found !== undefined) return found;
  throw format === undefined
    ? formatUnknown(file, extension, readers)
    : formatNameUnknown(
        file,
        format,
        readers.map((reader) => reader.format),
      );
}
