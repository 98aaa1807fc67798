import { parquetMetadata, parquetRead, parquetSchema } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { messageOf } from '../core/errors.ts';
import {
  codecUnknown,
  columnTwice,
  noRecords,
  notParquet,
  parquetBroken,
  unpackedTooLarge,
} from './errors.ts';
import { jsonOf, untoldType } from './parquetTypes.ts';
import type { Reader } from './reader.ts';
import { MAX_FILE_BYTES, type Source } from './source.ts';

/**
 * Apache Parquet, as Hugging Face's datasets are stored. Texts, numbers, booleans, lists, maps and structs become the JSON that JSONL
 * would have for them; columns of other types are named and left unread. Rows are numbered from 1, in place of lines.
 */
export const parquet: Reader = {
  format: 'parquet',
  extension: '.parquet',
  read: async (source) => {
    const { file } = source;
    const metadata = metadataOf(source);
    const tops = parquetSchema(metadata).children;
    const columns = tops.map(({ element }) => element.name);
    const twice = columns.find((column, i) => columns.indexOf(column) < i);
    if (twice !== undefined) throw columnTwice(file, twice);
    const untold = new Map(
      tops.flatMap((top) => {
        const type = untoldType(top);
        return type === undefined ? [] : [[top.element.name, type] as const];
      }),
    );
    const told = columns.filter((column) => !untold.has(column));
    checkChunks(file, metadata, told);
    if (metadata.num_rows === 0n) throw noRecords(file);
    const rows = await rowsOf(source, metadata, told);
    const records = rows.map((row, i) => ({
      line: i + 1,
      values: Object.fromEntries(told.map((column, k) => [column, jsonOf(row[k])])),
    }));
    return { columns, records, untold };
  },
};

type Metadata = ReturnType<typeof parquetMetadata>;

/** What a value takes in memory at least. */
const BYTES_PER_VALUE = 8;
/** What a row takes beside its values: an array and a record. */
const BYTES_PER_ROW = 128;
/** At both ends of a file. */
const MAGIC = 'PAR1';

function metadataOf({ file, bytes }: Source): Metadata {
  const ends = [bytes.subarray(0, MAGIC.length), bytes.subarray(-MAGIC.length)];
  const [begins, closes] = ends.map((end) => Buffer.from(end).toString('latin1') === MAGIC);
  if (!begins || !closes) throw notParquet(file, begins, bytes);
  try {
    return parquetMetadata(bytes);
  } catch (error) {
    throw parquetBroken(file, messageOf(error));
  }
}

/** @throws UserError where a column that is read has a codec nobody knows, or all of them are too large for the memory */
function checkChunks(file: string, { row_groups, num_rows }: Metadata, told: readonly string[]): void {
  let unpacked = Number(num_rows) * BYTES_PER_ROW;
  for (const { meta_data } of row_groups.flatMap(({ columns }) => columns)) {
    if (meta_data === undefined || !told.includes(meta_data.path_in_schema[0])) continue;
    const { codec, path_in_schema, num_values, total_uncompressed_size } = meta_data;
    if (codec !== 'UNCOMPRESSED' && compressors[codec] === undefined)
      throw codecUnknown(file, path_in_schema[0], codec, Object.keys(compressors));
    // Values that repeat take next to nothing in the file.
    unpacked += Math.max(Number(total_uncompressed_size), Number(num_values) * BYTES_PER_VALUE);
  }
  if (unpacked > MAX_FILE_BYTES) throw unpackedTooLarge(file, unpacked, MAX_FILE_BYTES);
}

async function rowsOf(
  { file, bytes }: Source,
  metadata: Metadata,
  told: readonly string[],
): Promise<unknown[][]> {
  let rows: unknown[][] = [];
  try {
    await parquetRead({
      file: {
        byteLength: bytes.length,
        slice: (start, end) => new Uint8Array(bytes.subarray(start, end)).buffer,
      },
      metadata,
      columns: [...told],
      compressors,
      parsers: { stringFromBytes },
      onComplete: (found) => (rows = found),
    });
  } catch (error) {
    throw parquetBroken(file, messageOf(error));
  }
  return rows;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function stringFromBytes(bytes: Uint8Array | undefined): string | undefined {
  return bytes && utf8.decode(bytes);
}
