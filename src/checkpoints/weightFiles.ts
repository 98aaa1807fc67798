import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { isJsonObject } from '../core/json.ts';
import {
  badField,
  badShardName,
  missingFile,
  noWeights,
  pickledWeights,
  tensorNotInShard,
} from './errors.ts';
import { findFile, listFolder, readJsonObject } from './files.ts';
import { readHeader } from './safetensors.ts';
import type { SafetensorsHeader } from './safetensorsHeader.ts';

const SINGLE = 'model.safetensors';
const INDEX = 'model.safetensors.index.json';
const LARGEST_INDEX = 100_000_000;

/** Formats that are Python pickles, which can carry code. */
const PICKLE = /\.(bin|pt|pth|ckpt|pkl)$/;

/**
 * The header that describes each tensor of a model folder, by the tensor's name in the file: of `model.safetensors`, or
 * of the shards that `model.safetensors.index.json` names. @throws UserError where neither is usable.
 */
export async function readWeightHeaders(dir: string): Promise<Map<string, SafetensorsHeader>> {
  const single = await findFile(dir, SINGLE);
  if (single !== undefined) {
    const header = await readHeader(single);
    return new Map([...header.tensors.keys()].map((name) => [name, header]));
  }
  const index = await findFile(dir, INDEX);
  if (index !== undefined) return readShards(dir, index);
  const pickle = (await listFolder(dir)).find((name) => PICKLE.test(name));
  throw pickle === undefined ? noWeights(dir) : pickledWeights(join(dir, pickle));
}

/** SHA-256 of the weight files' contents, in hexadecimal. */
export async function hashWeights(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

async function readShards(dir: string, index: string): Promise<Map<string, SafetensorsHeader>> {
  const { weight_map: weightMap } = await readJsonObject(index, LARGEST_INDEX);
  if (!isJsonObject(weightMap))
    throw badField(index, 'weight_map', 'a mapping of tensors to files', weightMap);
  const shards = new Map<string, SafetensorsHeader>();
  const headers = new Map<string, SafetensorsHeader>();
  for (const [name, shard] of Object.entries(weightMap)) {
    if (typeof shard !== 'string' || !/^[\w.-]+\.safetensors$/.test(shard)) throw badShardName(index, shard);
    const header = shards.get(shard) ?? (await readShard(dir, shard));
    if (!header.tensors.has(name)) throw tensorNotInShard(index, name, shard);
    shards.set(shard, header);
    headers.set(name, header);
  }
  return headers;
}

async function readShard(dir: string, shard: string): Promise<SafetensorsHeader> {
  const file = await findFile(dir, shard);
  if (file === undefined) throw missingFile(join(dir, shard));
  return readHeader(file);
}
