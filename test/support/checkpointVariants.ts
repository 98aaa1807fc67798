import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openModelFolder } from '../../src/checkpoints/modelFolder.ts';
import { sizeOf } from '../../src/core/tensor.ts';
import { tinyBert } from './tinyBert.ts';

/** One of the forms in which real folders hold a model. */
export interface CheckpointVariant {
  readonly name: string;
  /** The tensor's name in the file, from that of Transformers' own writer. */
  rename?(name: string): string;
  /** Tensors beside the model's. */
  readonly extra?: readonly RawTensor[];
  readonly dtype?: 'F32' | 'F16' | 'BF16';
  readonly shards?: number;
}

interface RawTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

export const checkpointVariants: readonly CheckpointVariant[] = [
  { name: "TensorFlow's names, gamma and beta", rename: tensorFlowName },
  { name: 'no prefix', rename: (name) => name.replace(/^bert\./, '') },
  { name: 'a position_ids buffer', extra: [positionIds(32)] },
  { name: 'heads of pre-training', extra: preTrainingHeads(100, 32) },
  {
    name: 'all of a file from 2018',
    rename: tensorFlowName,
    extra: [
      positionIds(32),
      ...preTrainingHeads(100, 32).map((head) => ({ ...head, name: tensorFlowName(head.name) })),
    ],
  },
  { name: 'three shards with an index', shards: 3 },
  { name: 'float16', dtype: 'F16' },
  { name: 'bfloat16', dtype: 'BF16' },
];

/** Writes the recorded tiny BERT with its classifier in this form into a new folder. */
export async function writeVariant(
  dir: string,
  { rename = (name) => name, extra = [], dtype = 'F32', shards = 1 }: CheckpointVariant,
): Promise<void> {
  await mkdir(dir);
  await copyFile(join(tinyBert.model, 'config.json'), join(dir, 'config.json'));
  const model = await openModelFolder(tinyBert.model);
  const tensors = [...(await model.load(model.tensors.keys()))].map(([name, { shape, data }]): RawTensor => {
    const written = name.startsWith('classifier.') ? name : model.architecture.basePrefix + name;
    return { name: rename(written), dtype, shape, bytes: encoders[dtype](data as Float32Array) };
  });
  const all = [...tensors, ...extra];
  if (shards === 1) return writeRaw(join(dir, 'model.safetensors'), all);

  const fileOf = (shard: number) => `model-0000${shard + 1}-of-0000${shards}.safetensors`;
  const parts = Array.from({ length: shards }, (_, shard) => all.filter((_, i) => i % shards === shard));
  await Promise.all(parts.map((part, shard) => writeRaw(join(dir, fileOf(shard)), part)));
  const weight_map = Object.fromEntries(
    parts.flatMap((part, shard) => part.map(({ name }) => [name, fileOf(shard)])),
  );
  const total_size = all.reduce((sum, { bytes }) => sum + bytes.length, 0);
  await writeFile(
    join(dir, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size }, weight_map }),
  );
}

function tensorFlowName(name: string): string {
  return name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta');
}

/** The buffer that Transformers wrote before version 4.31. */
function positionIds(positions: number): RawTensor {
  const ids = BigInt64Array.from({ length: positions }, (_, i) => BigInt(i));
  return {
    name: 'bert.embeddings.position_ids',
    dtype: 'I64',
    shape: [1, positions],
    bytes: new Uint8Array(ids.buffer),
  };
}

/** Masked language model and next sentence, as in `bert-base-uncased`. */
function preTrainingHeads(vocabulary: number, width: number): RawTensor[] {
  const shapes = {
    'cls.predictions.bias': [vocabulary],
    'cls.predictions.transform.dense.weight': [width, width],
    'cls.predictions.transform.dense.bias': [width],
    'cls.predictions.transform.LayerNorm.weight': [width],
    'cls.predictions.transform.LayerNorm.bias': [width],
    'cls.seq_relationship.weight': [2, width],
    'cls.seq_relationship.bias': [2],
  };
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    dtype: 'F32',
    shape,
    bytes: new Uint8Array(4 * sizeOf(shape)),
  }));
}

const encoders = {
  F32: (data: Float32Array) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  F16: (data: Float32Array) => new Uint8Array(Uint16Array.from(data, float16Bits).buffer),
  BF16: (data: Float32Array) => new Uint8Array(Uint16Array.from(data, bfloat16Bits).buffer),
};

/** Nearest half precision number to one below its largest (65504): sign, 5 bits of exponent, 10 of fraction. */
function float16Bits(x: number): number {
  const sign = x < 0 ? 0x8000 : 0;
  const exponent = Math.max(-14, Math.floor(Math.log2(Math.abs(x))));
  const significand = Math.round(Math.abs(x) * 2 ** (10 - exponent)); // 1024 to 2048, below 1024 if subnormal
  return sign + ((exponent + 14) << 10) + significand;
}

/** The upper half of the float32, rounded. */
function bfloat16Bits(x: number): number {
  return (new Uint32Array(Float32Array.of(x).buffer)[0] + 0x8000) >>> 16;
}

async function writeRaw(file: string, tensors: readonly RawTensor[]): Promise<void> {
  let offset = 0;
  const entries = tensors.map(({ name, dtype, shape, bytes }) => {
    const entry = { dtype, shape, data_offsets: [offset, offset + bytes.length] };
    offset += bytes.length;
    return [name, entry] as const;
  });
  const header = Buffer.from(
    JSON.stringify({ __metadata__: { format: 'pt' }, ...Object.fromEntries(entries) }),
  );
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  await writeFile(file, Buffer.concat([length, header, ...tensors.map(({ bytes }) => bytes)]));
}
