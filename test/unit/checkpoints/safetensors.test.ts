import { readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RunFailure, UserError } from '../../../src/core/errors.ts';
import { keyOf, normals } from '../../../src/core/random.ts';
import { floatTensor, intTensor, type HostTensors } from '../../../src/core/tensor.ts';
import {
  readHeader,
  readTensors,
  writeSafetensors,
  writeTensorStream,
} from '../../../src/checkpoints/safetensors.ts';
import { temporaryFolder } from '../../support/checkpoints.ts';

/** A file with this header, an object or raw text, and so many bytes of data (or these). */
async function fileWith(header: unknown, data: number | Uint8Array = 0): Promise<string> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(json.length));
  const file = join(await temporaryFolder(), 'model.safetensors');
  await writeFile(file, Buffer.concat([length, json, typeof data === 'number' ? Buffer.alloc(data) : data]));
  return file;
}

const tensor = (dtype: unknown, shape: unknown, start: unknown, end: unknown) => ({
  dtype,
  shape,
  data_offsets: [start, end],
});

describe('a hostile file is refused', () => {
  const cases: [fault: string, header: unknown, data: number, message: RegExp][] = [
    ['not JSON', '{"a":', 0, /header is not JSON/],
    ['a list', [], 0, /not a JSON object/],
    ['entry not an object', { a: 3 }, 0, /"a" is not described/],
    ['unknown dtype', { a: tensor('F31', [1], 0, 4) }, 4, /has dtype "F31"/],
    ['dtype of the prototype', { a: tensor('constructor', [1], 0, 4) }, 4, /has dtype "constructor"/],
    ['negative size', { a: tensor('F32', [-1], 0, 4) }, 4, /has shape \[-1\]/],
    ['fractional size', { a: tensor('F32', [1.5], 0, 6) }, 6, /has shape \[1.5\]/],
    ['size beyond integers', { a: tensor('F32', [1e300], 0, 4) }, 4, /has shape/],
    ['overflowing product', { a: tensor('F32', [2 ** 40, 2 ** 40, 0], 0, 0) }, 0, /that many elements/],
    ['shape not a list', { a: tensor('F32', { length: 1 }, 0, 4) }, 4, /has shape/],
    ['offsets reversed', { a: tensor('F32', [1], 4, 0) }, 4, /has data_offsets \[4,0\]/],
    ['offsets negative', { a: tensor('F32', [1], -4, 0) }, 4, /has data_offsets/],
    ['size against offsets', { a: tensor('F32', [2], 0, 4) }, 4, /needs 8 bytes; its data_offsets span 4/],
    ['out of range', { a: tensor('F32', [4], 0, 16) }, 8, /ends at byte .*truncated/],
    ['overlap', { a: tensor('F32', [2], 0, 8), b: tensor('F32', [2], 4, 12) }, 12, /"b" overlaps/],
    ['same bytes twice', { a: tensor('F32', [1], 0, 4), b: tensor('F32', [1], 0, 4) }, 4, /overlaps/],
    ['hole', { a: tensor('F32', [1], 0, 4), b: tensor('F32', [1], 8, 12) }, 12, /"b" leaves a hole/],
    ['hole in front', { a: tensor('F32', [1], 4, 8) }, 8, /"a" leaves a hole/],
    ['bytes left over', { a: tensor('F32', [1], 0, 4) }, 5, /its tensors end at byte/],
    ['metadata not strings', { __metadata__: { step: 3 } }, 0, /__metadata__/],
    ['metadata a string', { __metadata__: 'x' }, 0, /__metadata__/],
    [
      'one name twice',
      '{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"\\u0061":{"dtype":"I32","shape":[1],"data_offsets":[0,4]}}',
      4,
      /"a" stands in the header twice/,
    ],
  ];
  it.each(cases)('%s', async (_, header, data, message) => {
    const reading = readHeader(await fileWith(header, data));
    await expect(reading).rejects.toThrow(UserError);
    await expect(reading).rejects.toThrow(message);
  });

  it('shorter than the length of its header', async () => {
    const file = join(await temporaryFolder(), 'x.safetensors');
    await writeFile(file, 'short');
    await expect(readHeader(file)).rejects.toThrow(/has 5 bytes/);
  });

  it.each([
    [100_000_001n, /a header of 100000001 bytes/],
    [2n ** 64n - 1n, /a header of 18446744073709551615 bytes/],
    [9n, /header ends at byte 17/],
  ])('header of %s bytes in a file of 16', async (length, message) => {
    const file = join(await temporaryFolder(), 'x.safetensors');
    const bytes = Buffer.alloc(16, ' ');
    bytes.writeBigUInt64LE(length);
    await writeFile(file, bytes);
    await expect(readHeader(file)).rejects.toThrow(message);
  });

  it('not UTF-8', async () => {
    const file = join(await temporaryFolder(), 'x.safetensors');
    await writeFile(file, Buffer.from([2, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0xff]));
    await expect(readHeader(file)).rejects.toThrow(/header is not JSON/);
  });

  it('missing, or a folder', async () => {
    const dir = await temporaryFolder();
    await expect(readHeader(join(dir, 'none'))).rejects.toThrow(/expected a file, found nothing/);
    await expect(readHeader(dir)).rejects.toThrow(/found a folder/);
  });
});

describe('reading', () => {
  it('takes names of the prototype as names', async () => {
    const header =
      '{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"constructor":{"dtype":"F32","shape":[],"data_offsets":[4,8]}}';
    const { tensors } = await readHeader(await fileWith(header, 8));
    expect([...tensors.keys()]).toEqual(['__proto__', 'constructor']);
  });

  it('widens half precision, across chunks', async () => {
    const halves = [0x0000, 0x8000, 0x3c00, 0xc000, 0x7bff, 0x0001, 0x03ff, 0x7c00, 0x3555];
    const bits = [0x3f80, 0xc000, 0x0000, 0x7f80, 0x0001];
    const many = 700_000;
    const f16 = Uint16Array.from({ length: many }, (_, i) => halves[i % halves.length]);
    const bf16 = Uint16Array.from({ length: many }, (_, i) => bits[i % bits.length]);
    const data = Buffer.concat([f16, bf16].map((a) => Buffer.from(a.buffer)));
    const file = await fileWith(
      { f: tensor('F16', [many], 0, 2 * many), b: tensor('BF16', [many], 2 * many, 4 * many) },
      data,
    );
    const read = await readTensors(await readHeader(file));
    const expectedF16 = [0, -0, 1, -2, 65504, 2 ** -24, 1023 * 2 ** -24, Infinity, 0.333251953125];
    const expectedBf16 = [1, -2, 0, Infinity, Math.fround(2 ** -133)];
    // Compared as bytes: toEqual takes seconds for so many numbers.
    const bytes = (values: number[]) =>
      Buffer.from(Float32Array.from({ length: many }, (_, i) => values[i % values.length]).buffer);
    expect(bytes(expectedF16).equals(Buffer.from(read.get('f')!.data.buffer))).toBe(true);
    expect(bytes(expectedBf16).equals(Buffer.from(read.get('b')!.data.buffer))).toBe(true);
  });

  it('narrows 64-bit integers that fit and refuses those that do not', async () => {
    const file = (values: bigint[]) =>
      fileWith({ ids: tensor('I64', [2], 0, 16) }, Buffer.from(BigInt64Array.from(values).buffer));
    const read = await readTensors(await readHeader(await file([-(2n ** 31n), 2n ** 31n - 1n])));
    expect(read.get('ids')).toEqual(intTensor([2], [-(2 ** 31), 2 ** 31 - 1]));
    const beyond = await readHeader(await file([0n, 2n ** 31n]));
    await expect(readTensors(beyond)).rejects.toThrow(/"ids" to fit 32 bits, found 2147483648/);
  });

  it('refuses other element types by the name of the tensor, once asked for it', async () => {
    const header = await readHeader(
      await fileWith({ a: tensor('F32', [1], 0, 4), mask: tensor('BOOL', [2], 4, 6) }, 6),
    );
    expect([...(await readTensors(header, ['a'])).keys()]).toEqual(['a']);
    await expect(readTensors(header)).rejects.toThrow(/"mask" to be F32, .* found BOOL/);
  });

  it('notices a file that was cut after its header was read', async () => {
    const file = await fileWith({ a: tensor('F32', [4], 0, 16) }, 16);
    const header = await readHeader(file);
    await truncate(file, header.sizeBytes - 3);
    await expect(readTensors(header)).rejects.toThrow(/ended at byte/);
  });
});

describe('writing', () => {
  const tensors: HostTensors = new Map([
    ['z.bias', floatTensor([3], [1, -0, 3.5])],
    ['a.weight', floatTensor([2, 2], normals(keyOf('a'), 4))],
    ['step', intTensor([], [7])],
    ['empty', floatTensor([0, 5], [])],
  ]);

  it('is read back as it was, in the order of the names, aligned', async () => {
    const file = join(await temporaryFolder(), 'x.safetensors');
    await writeSafetensors(file, tensors, { format: 'pt', note: 'ü' });
    const header = await readHeader(file);
    expect([...header.tensors.keys()].sort()).toEqual(['a.weight', 'empty', 'step', 'z.bias']);
    expect(header.metadata).toEqual(new Map([['format', 'pt'], ['note', 'ü']])); // prettier-ignore
    expect((await readFile(file)).readBigUInt64LE() % 8n).toBe(0n);
    expect(await readTensors(header)).toEqual(new Map([...tensors].sort()));
  });

  it('leaves the old file and nothing else where it fails', async () => {
    const dir = await temporaryFolder();
    const file = join(dir, 'x.safetensors');
    await writeSafetensors(file, tensors, {});
    const before = await readFile(file);
    const failing = writeTensorStream(file, tensors, () => Promise.reject(new Error('no tensor today')), {});
    await expect(failing).rejects.toThrow('no tensor today');
    expect(await readdir(dir)).toEqual(['x.safetensors']);
    expect(await readFile(file)).toEqual(before);
  });

  it('is a run failure where the system refuses', async () => {
    const dir = await temporaryFolder();
    await expect(writeSafetensors(join(dir, 'gone', 'x'), tensors, {})).rejects.toThrow(RunFailure);
  });

  it.runIf(process.platform === 'linux')('says that the disk is full', async () => {
    const dir = await temporaryFolder();
    await symlink('/dev/full', join(dir, `full.${process.pid}.tmp`));
    await expect(writeSafetensors(join(dir, 'full'), tensors, {})).rejects.toThrow(/ENOSPC/);
  });
});
