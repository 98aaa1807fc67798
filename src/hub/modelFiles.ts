import { isJsonObject } from '../core/json.ts';
import { badShards, noSafetensors, notATransformersModel } from './errors.ts';

const descriptions = [
  'config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'vocab.txt',
];
const weights = 'model.safetensors';
export const weightsIndex = 'model.safetensors.index.json';
const pickles = /\.(bin|pt|pth|ckpt|pkl|h5|msgpack)$/;

/**
 * Which of a repository's files are downloaded: what describes the model and its tokenizer, and the weights or, where
 * they are in shards, their index. @throws UserError where the repository is no model that can be read
 */
export function wantedFiles(id: string, files: readonly string[]): string[] {
  if (!files.includes('config.json')) throw notATransformersModel(id);
  const stored = [weights, weightsIndex].find((file) => files.includes(file));
  if (stored === undefined)
    throw noSafetensors(
      id,
      files.find((file) => pickles.test(file)),
    );
  return [...descriptions.filter((file) => files.includes(file)), stored];
}

/** The shards that an index names. @throws UserError for names that are not files of the repository's top folder */
export function shardsOf(id: string, indexText: string, files: readonly string[]): string[] {
  let index: unknown;
  try {
    index = JSON.parse(indexText);
  } catch {
    throw badShards(id, 'is not JSON');
  }
  if (!isJsonObject(index) || !isJsonObject(index.weight_map)) throw badShards(id, 'has no weight_map');
  const shards = [...new Set(Object.values(index.weight_map))];
  const bad = shards.find(
    (shard) => typeof shard !== 'string' || !/^\w[\w.-]*\.safetensors$/.test(shard) || !files.includes(shard),
  );
  if (bad !== undefined)
    throw badShards(id, `names ${JSON.stringify(bad)}, which is no safetensors file of the repository`);
  return shards as string[];
}
