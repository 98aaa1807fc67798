import { messageOf } from '../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../core/json.ts';
import { brokenSafetensors, shown } from './errors.ts';

/** Bytes of one element, for every element type of whole bytes that the format defines. */
const elementBytes = {
  BOOL: 1,
  U8: 1,
  I8: 1,
  F8_E5M2: 1,
  F8_E4M3: 1,
  F8_E8M0: 1,
  I16: 2,
  U16: 2,
  F16: 2,
  BF16: 2,
  I32: 4,
  U32: 4,
  F32: 4,
  I64: 8,
  U64: 8,
  F64: 8,
  C64: 8,
} as const;

export type FileDType = keyof typeof elementBytes;

/** A tensor in a file; `start` and `end` are byte offsets from the file's beginning, `end` exclusive. */
export interface FileTensor {
  readonly dtype: FileDType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

export interface SafetensorsHeader {
  readonly file: string;
  /** Size of the file. */
  readonly sizeBytes: number;
  /** By name, in the order of the data. */
  readonly tensors: ReadonlyMap<string, FileTensor>;
  readonly metadata: ReadonlyMap<string, string>;
}

/**
 * Reads the JSON header of a safetensors file whose data fill the bytes from `dataStart` to `sizeBytes`. As strict as
 * the format's description (huggingface/safetensors, README): names are unique, and the data are the tensors' bytes, one
 * after the other, without holes or overlaps. @throws UserError naming the tensor.
 */
export function parseHeader(
  file: string,
  json: Uint8Array,
  dataStart: number,
  sizeBytes: number,
): SafetensorsHeader {
  const header = parseObject(file, json);
  const tensors = Object.entries(header)
    .filter(([name]) => name !== '__metadata__')
    .map(([name, entry]) => [name, fileTensor(file, name, entry, dataStart)] as const)
    .sort(([, a], [, b]) => a.start - b.start || a.end - b.end);

  let end = dataStart;
  for (const [name, tensor] of tensors) {
    if (tensor.end > sizeBytes) {
      throw brokenSafetensors(
        file,
        `tensor ${shown(name)} ends at byte ${tensor.end}, the file at ${sizeBytes} (truncated?)`,
      );
    }
    if (tensor.start !== end) {
      const fault = tensor.start < end ? 'overlaps the one before' : 'leaves a hole before it';
      throw brokenSafetensors(
        file,
        `tensor ${shown(name)} ${fault}: expected it to start at byte ${end}, found ${tensor.start}`,
      );
    }
    end = tensor.end;
  }
  if (end !== sizeBytes)
    throw brokenSafetensors(file, `its tensors end at byte ${end}, the file at ${sizeBytes}`);
  return {
    file,
    sizeBytes,
    tensors: new Map(tensors),
    metadata: parseMetadata(file, header.__metadata__ ?? {}),
  };
}

function parseObject(file: string, json: Uint8Array): JsonObject {
  let text: string;
  let header: Json;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
    header = JSON.parse(text) as Json;
  } catch (error) {
    throw brokenSafetensors(file, `its header is not JSON: ${messageOf(error)}`);
  }
  if (!isJsonObject(header)) throw brokenSafetensors(file, 'its header is not a JSON object');
  const seen = new Set<string>();
  for (const name of topLevelKeys(text)) {
    if (seen.has(name)) throw brokenSafetensors(file, `tensor ${shown(name)} stands in the header twice`);
    seen.add(name);
  }
  return header;
}

/** The keys of an object as they stand in valid JSON text, repeated ones too, of which JSON.parse keeps the last. */
function* topLevelKeys(text: string): Generator<string> {
  let depth = 0;
  let last = '';
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === '{' || c === '[') depth++;
    else if (c === '}' || c === ']') depth--;
    else if (c === ':' && depth === 1) yield JSON.parse(last) as string;
    else if (c === '"') {
      const start = i++;
      for (; text[i] !== '"'; i++) if (text[i] === '\\') i++;
      if (depth === 1) last = text.slice(start, i + 1);
    }
  }
}

function fileTensor(file: string, name: string, entry: Json, dataStart: number): FileTensor {
  const fail = (fault: string) => brokenSafetensors(file, `tensor ${shown(name)} ${fault}`);
  if (!isJsonObject(entry)) throw fail('is not described by an object');
  const { dtype, shape, data_offsets: offsets } = entry;
  if (!isFileDType(dtype))
    throw fail(`has dtype ${shown(dtype)}; expected one of ${Object.keys(elementBytes).join(', ')}`);
  if (!isCounts(shape))
    throw fail(`has shape ${shown(shape)}; expected a list of whole numbers, none negative`);
  if (!isCounts(offsets) || offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw fail(`has data_offsets ${shown(offsets)}; expected its first byte and the one after its last`);
  }
  let bytes: number = elementBytes[dtype];
  for (const size of shape) {
    bytes *= size;
    if (!Number.isSafeInteger(bytes))
      throw fail(`has shape ${shown(shape)}; no file holds that many elements`);
  }
  const [start, end] = offsets;
  if (end - start !== bytes)
    throw fail(`of ${dtype} ${shown(shape)} needs ${bytes} bytes; its data_offsets span ${end - start}`);
  return { dtype, shape, start: dataStart + start, end: dataStart + end };
}

function parseMetadata(file: string, metadata: Json): Map<string, string> {
  const fault = () => brokenSafetensors(file, '__metadata__ is not a mapping of strings to strings');
  if (!isJsonObject(metadata)) throw fault();
  return new Map(
    Object.entries(metadata).map(([key, value]) => {
      if (typeof value !== 'string') throw fault();
      return [key, value];
    }),
  );
}

function isFileDType(value: Json | undefined): value is FileDType {
  return typeof value === 'string' && Object.hasOwn(elementBytes, value);
}

function isCounts(value: Json | undefined): value is number[] {
  return Array.isArray(value) && value.every((n) => Number.isSafeInteger(n) && (n as number) >= 0);
}
