import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../src/core/json.ts';
import { readDataFacts } from '../../../src/data/facts.ts';
import { labelsOf } from '../../../src/data/labels.ts';
import { parquet } from '../../../src/data/parquet.ts';
import { readSource } from '../../../src/data/source.ts';
import { readTable } from '../../../src/data/table.ts';
import { testFolder } from './folder.ts';

const fixtures = new URL('../../fixtures/parquet/', import.meta.url);
const path = (name: string) => new URL(`${name}.parquet`, fixtures).pathname;
const bytesOf = (name: string) => readFileSync(path(name));
/** What Arrow reads in the files that it wrote: rows of values in the order of the columns. */
const expected = JSON.parse(readFileSync(new URL('expected.json', fixtures), 'utf8')) as Record<
  string,
  { columns: string[]; rows: Json[][] }
>;
const folder = testFolder();
const columns = { text: 'text', label: 'text' } as const;

const fault = async (reading: Promise<unknown>) =>
  (await folder.fault(reading)).replaceAll(fixtures.pathname, '');

describe('Parquet', () => {
  const codecs = ['none', 'snappy', 'gzip', 'brotli', 'zstd', 'lz4'];
  it.each([
    ...[...codecs, 'plain', 'delta'].map((layout) => [`texts-${layout}`, 'texts']),
    ['types', 'types'],
    ['nested', 'nested'],
  ])('reads what Arrow reads: %s', async (name, table) => {
    const { columns, rows } = expected[table];
    const found = await parquet.read(await readSource(path(name)));
    expect(found.columns).toEqual(columns);
    expect(found.records.map(({ values }) => columns.map((column) => values[column]))).toEqual(rows);
    expect(found.records.map(({ line }) => line)).toEqual(rows.map((_, i) => i + 1));
  });
  it('has texts, whole numbers as labels, and rows in place of lines', async () => {
    const { rows } = await readTable(path('texts-zstd'), { columns });
    expect(rows).toHaveLength(400);
    expect(rows[2]).toEqual({ index: 2, line: 3, values: { text: 'naïve café', label: '2' } });
    expect(labelsOf({ file: 'zstd', rows, column: 'label' })).toEqual(['0', '1', '2']);
    expect(
      await readDataFacts(path('texts-zstd'), { columns: { label: 'text' }, label: 'label' }),
    ).toMatchObject({
      rows: 400,
      labels: ['0', '1', '2'],
      counts: [134, 133, 133],
    });
  });
  it('has lists of texts and of numbers', async () => {
    const file = path('nested');
    expect(await fault(readTable(file, { columns: { tokens: 'list' } }))).toBe(
      'nested.parquet:2: expected at least one item in the list "tokens", found none',
    );
    const { rows } = await readTable(file, { columns: { fixed: 'list' } });
    expect(rows[0].lists).toEqual({ fixed: ['0.5', '1'] });
    expect(await fault(readTable(file, { columns: { answers: 'text' } }))).toContain(
      'nested.parquet:1: expected text, a number or a boolean for "answers", found an object',
    );
    expect(await fault(readTable(path('types'), { columns: { string: 'text' } }))).toBe(
      'types.parquet:3: expected text, a number or a boolean for "string", found null',
    );
  });
  it.each([
    ['binary', 'BYTE_ARRAY'],
    ['fixed', 'FIXED_LEN_BYTE_ARRAY'],
    ['image', 'BYTE_ARRAY'],
    ['date', 'DATE'],
    ['time', 'TIME'],
    ['timestamp', 'TIMESTAMP'],
    ['decimal', 'DECIMAL'],
    ['dates', 'DATE'],
  ])('refuses a column of a type that is no text, where it is asked for: %s', async (column, type) => {
    const message = `untold.parquet: expected texts, numbers or booleans, or lists of them, in column "${column}", found the type ${type}`;
    expect(await fault(readTable(path('untold'), { columns: { [column]: 'text' } }))).toContain(message);
    const facts = await readDataFacts(path('untold'), { columns: { [column]: 'text' }, label: column });
    expect(facts?.untold?.get(column)).toBe(type);
    expect(facts).not.toHaveProperty('labels');
    const { columns, rows } = await readTable(path('untold'), { columns: { text: 'text' } });
    expect(columns).toContain(column);
    expect(rows[0].values).toEqual({ text: 'a' });
  });
  it('names the missing column', async () => {
    expect(await fault(readTable(path('texts-none'), { columns: { texts: 'text' } }))).toContain(
      'texts-none.parquet: expected a column "texts", found "text", "label"\n  Did you mean "text"?',
    );
  });
});

describe('what is no Parquet file to read', () => {
  const read = (name: string, bytes: string | Uint8Array) =>
    fault(readTable(folder.write(name, bytes), { columns }));

  it('says what it found instead', async () => {
    expect(await read('a.parquet', 'text,label\na,1\n')).toBe(
      'a.parquet: expected a Parquet file, which begins and ends with `PAR1`, found another file',
    );
    expect(await read('cut.parquet', bytesOf('texts-none').subarray(0, -20))).toContain(
      'found one that is cut off',
    );
    expect(await read('short.parquet', 'PAR1')).toContain('found one that cannot be read');
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12345\n';
    expect(await read('lfs.parquet', pointer)).toBe(
      'lfs.parquet: expected a Parquet file, found a pointer of Git LFS to one\n  Fetch the file itself with `git lfs pull`.',
    );
    expect(await read('empty.parquet', '')).toContain('found an empty file');
  });
  it('a file without rows, one with a column twice', async () => {
    expect(await fault(readTable(path('rows'), { columns: { text: 'text' } }))).toBe(
      'rows.parquet: expected rows of data, found none',
    );
    expect(await fault(readTable(path('twice'), { columns: { text: 'text' } }))).toBe(
      'twice.parquet: expected column names that differ, found "text" twice',
    );
  });
  it('a codec that nobody knows', async () => {
    const bytes = bytesOf('texts-snappy');
    // In the footer, after the column's name: field 4, an i32, the codec as zigzag varint (1 SNAPPY, 3 LZO).
    const codec = bytes.lastIndexOf(Buffer.from('text\x15\x02'));
    bytes[codec + 5] = 3 << 1;
    expect(await read('lzo.parquet', bytes)).toBe(
      'lzo.parquet: expected column "text" packed with one of SNAPPY, GZIP, BROTLI, ZSTD, LZ4, LZ4_RAW, or not at all, found LZO',
    );
    bytes[codec + 5] = 60 << 1;
    expect(await read('new.parquet', bytes)).toContain('found an unknown codec');
  });
  it('texts that are not UTF-8', async () => {
    expect(await fault(readTable(path('latin'), { columns: { text: 'text' } }))).toContain(
      'latin.parquet: expected a Parquet file, found one that cannot be read (The encoded data was not valid',
    );
  });
  it('more than fits the memory, by its own account', async () => {
    const bytes = bytesOf('texts-none');
    expect(
      await read('large.parquet', withFooterField(bytes, 'total_uncompressed_size', 300 * 2 ** 20)),
    ).toContain('large.parquet: expected at most 256 MiB of data once unpacked, found 301 MiB');
    expect(await read('long.parquet', withFooterField(bytes, 'num_values', 40 * 2 ** 20))).toContain(
      'long.parquet: expected at most 256 MiB of data once unpacked, found 321 MiB',
    );
  });
  it('damage anywhere: a sentence, never a stack or another number of rows', async () => {
    const bytes = bytesOf('texts-gzip');
    const intact = await readTable(path('texts-gzip'), { columns });
    let refused = 0;
    for (let at = 4; at < bytes.length; at += 23) {
      const damaged = Uint8Array.from(bytes);
      damaged[at] ^= 0x5a;
      const file = folder.write('damaged.parquet', damaged);
      const outcome = await readTable(file, { columns }).catch((error: unknown) => error);
      if (outcome instanceof Error) {
        expect(outcome.name, `byte ${at}: ${outcome.stack}`).toBe('UserError');
        refused++;
      } else expect((outcome as typeof intact).rows).toHaveLength(intact.rows.length);
    }
    expect(refused).toBeGreaterThan(20);
  });
});

/** The file with another number in the metadata of the last chunk of `text`: fields 5 and 6, i64s, as zigzag varints. */
function withFooterField(
  bytes: Buffer,
  field: 'num_values' | 'total_uncompressed_size',
  value: number,
): Buffer {
  const afterVarint = (at: number): number => (bytes[at] < 0x80 ? at + 1 : afterVarint(at + 1));
  const codec = bytes.lastIndexOf(Buffer.from('text\x15')) + 5;
  const start = field === 'num_values' ? codec + 2 : afterVarint(codec + 2) + 1;
  const end = afterVarint(start);
  const varint: number[] = [];
  for (let rest = 2 * value; rest > 0; rest = Math.floor(rest / 128))
    varint.push((rest % 128) | (rest >= 128 ? 0x80 : 0));
  const changed = Buffer.concat([bytes.subarray(0, start), Buffer.from(varint), bytes.subarray(end)]);
  const footerLength = changed.length - 8;
  changed.writeUInt32LE(changed.readUInt32LE(footerLength) + varint.length - (end - start), footerLength);
  return changed;
}
