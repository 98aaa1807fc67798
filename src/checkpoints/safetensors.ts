import type { FileHandle } from 'node:fs/promises';
import { internal } from '../core/errors.ts';
import { floatTensor, intTensor, sizeOf, type HostTensor, type HostTensors } from '../core/tensor.ts';
import { writeFileAtomically } from '../files/atomicWrite.ts';
import { brokenSafetensors, integerOutOfRange, unsupportedDtype } from './errors.ts';
import { openFile } from './files.ts';
import { widenBFloat16, widenFloat16 } from '../core/halfFloat.ts';
import { parseHeader, type FileDType, type FileTensor, type SafetensorsHeader } from './safetensorsHeader.ts';

/** The reference implementation's limit (huggingface/safetensors, MAX_HEADER_SIZE). */
const LARGEST_HEADER = 100_000_000;

const CHUNK_BYTES = 1 << 20;

/** Element types that are read as float32. */
export const floatDtypes: ReadonlySet<FileDType> = new Set(['F32', 'F16', 'BF16']);

/**
 * Reads what a safetensors file holds, without its data: 8 bytes with the header's length (little endian, as all numbers
 * here and on the machines that Node runs on), the header in JSON, the data. @throws UserError for a file that breaks the format.
 */
export async function readHeader(file: string): Promise<SafetensorsHeader> {
  const { handle, size } = await openFile(file);
  try {
    if (size < 8) throw brokenSafetensors(file, `it has ${size} bytes, too few for the length of a header`);
    const prefix = new Uint8Array(8);
    await readFully(handle, file, prefix, 0);
    const length = new DataView(prefix.buffer).getBigUint64(0, true);
    if (length > LARGEST_HEADER) {
      throw brokenSafetensors(
        file,
        `its first 8 bytes give a header of ${length} bytes; the format allows ${LARGEST_HEADER}`,
      );
    }
    const dataStart = 8 + Number(length);
    if (dataStart > size) {
      throw brokenSafetensors(file, `its header ends at byte ${dataStart}, the file at ${size} (truncated?)`);
    }
    const json = new Uint8Array(Number(length));
    await readFully(handle, file, json, 8);
    return parseHeader(file, json, dataStart, size);
  } finally {
    await handle.close();
  }
}

/**
 * Reads the tensors named, or all: F32, F16 and BF16 as float32, I32 and I64 as int32, each straight into its own memory.
 * @throws UserError for another element type, an integer beyond 32 bits, or a file that was cut since the header was read.
 */
export async function readTensors(
  header: SafetensorsHeader,
  names: Iterable<string> = header.tensors.keys(),
): Promise<HostTensors> {
  const tensors: HostTensors = new Map();
  const { handle } = await openFile(header.file);
  try {
    for (const name of names) {
      const tensor = header.tensors.get(name) ?? internal(`no tensor ${name} in ${header.file}`);
      tensors.set(name, await readTensor(handle, header.file, name, tensor));
    }
  } finally {
    await handle.close();
  }
  return tensors;
}

/** Writes tensors that are in memory; see `writeTensorStream`. */
export async function writeSafetensors(
  file: string,
  tensors: HostTensors,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  await writeTensorStream(file, tensors, async (name) => tensors.get(name)!, metadata);
}

/**
 * Writes tensors that are fetched one by one, in the order of their names, so that only one need be in memory. The file
 * appears whole or not at all. @throws RunFailure when the system refuses; whatever `fetch` throws.
 */
export async function writeTensorStream(
  file: string,
  declared: ReadonlyMap<string, Pick<HostTensor, 'dtype' | 'shape'>>,
  fetch: (name: string) => Promise<HostTensor>,
  metadata: Readonly<Record<string, string>>,
): Promise<void> {
  const names = [...declared.keys()].sort();
  const entries: [string, unknown][] = [['__metadata__', metadata]];
  let offset = 0;
  for (const name of names) {
    const { dtype, shape } = declared.get(name)!;
    const end = offset + 4 * sizeOf(shape);
    entries.push([name, { dtype: dtype === 'float32' ? 'F32' : 'I32', shape, data_offsets: [offset, end] }]);
    offset = end;
  }
  const json = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const header = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ');
  header.writeBigUInt64LE(BigInt(header.length - 8));
  json.copy(header, 8);

  await writeFileAtomically(file, async (handle) => {
    await handle.writeFile(header);
    for (const name of names) {
      const { shape } = declared.get(name)!;
      const { data } = await fetch(name);
      if (data.length !== sizeOf(shape))
        internal(`tensor ${name} of [${shape.join(', ')}] has ${data.length} elements`);
      await handle.writeFile(bytesOf(data));
    }
  });
}

async function readTensor(
  handle: FileHandle,
  file: string,
  name: string,
  tensor: FileTensor,
): Promise<HostTensor> {
  const { dtype, shape, start } = tensor;
  const count = sizeOf(shape);
  switch (dtype) {
    case 'F32': {
      const data = new Float32Array(count);
      await readFully(handle, file, bytesOf(data), start);
      return floatTensor(shape, data);
    }
    case 'F16':
    case 'BF16': {
      const data = new Float32Array(count);
      const widen = dtype === 'F16' ? widenFloat16 : widenBFloat16;
      await readChunks(handle, file, tensor, (chunk, at) => widen(new Uint16Array(chunk), data, at / 2));
      return floatTensor(shape, data);
    }
    case 'I32': {
      const data = new Int32Array(count);
      await readFully(handle, file, bytesOf(data), start);
      return intTensor(shape, data);
    }
    case 'I64': {
      const data = new Int32Array(count);
      await readChunks(handle, file, tensor, (chunk, at) => {
        new BigInt64Array(chunk).forEach((value, i) => {
          if (BigInt.asIntN(32, value) !== value) throw integerOutOfRange(file, name, value);
          data[at / 8 + i] = Number(value);
        });
      });
      return intTensor(shape, data);
    }
    default:
      throw unsupportedDtype(file, name, 'F32, F16, BF16, I32 or I64', dtype);
  }
}

/** Hands out a tensor's bytes piece by piece; `at` is the piece's place in the tensor. */
async function readChunks(
  handle: FileHandle,
  file: string,
  tensor: FileTensor,
  use: (chunk: ArrayBuffer, at: number) => void,
): Promise<void> {
  const bytes = tensor.end - tensor.start;
  for (let at = 0; at < bytes; at += CHUNK_BYTES) {
    const chunk = new Uint8Array(Math.min(CHUNK_BYTES, bytes - at));
    await readFully(handle, file, chunk, tensor.start + at);
    use(chunk.buffer, at);
  }
}

async function readFully(
  handle: FileHandle,
  file: string,
  into: Uint8Array,
  position: number,
): Promise<void> {
  for (let done = 0; done < into.length;) {
    const length = Math.min(into.length - done, 1 << 30); // one system call reads less than 2 GiB
    const { bytesRead } = await handle.read(into, done, length, position + done);
    if (bytesRead === 0)
      throw brokenSafetensors(file, `it ended at byte ${position + done} while it was read`);
    done += bytesRead;
  }
}

function bytesOf(data: HostTensor['data']): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}
