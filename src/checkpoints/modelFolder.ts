import { join } from 'node:path';
import { internal, UserError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { HostTensors } from '../core/tensor.ts';
import type { Architecture, ModelShape } from '../models/architecture.ts';
import { findArchitecture } from '../models/registry.ts';
import {
  configFault,
  emptyFolder,
  missingFile,
  missingTensors,
  sameTensorTwice,
  unsupportedDtype,
  wrongShape,
} from './errors.ts';
import { findFile, listFolder, readJsonObject } from './files.ts';
import { floatDtypes, readTensors } from './safetensors.ts';
import type { FileTensor, SafetensorsHeader } from './safetensorsHeader.ts';
import { hashWeights, readWeightHeaders } from './weightFiles.ts';

const LARGEST_CONFIG = 10_000_000;

/** A model folder of Transformers, known from its config.json. */
export interface ModelConfig {
  readonly dir: string;
  /** config.json as it stands. */
  readonly config: JsonObject;
  readonly architecture: Architecture;
  readonly shape: ModelShape;
}

/** A model folder with weights that fit its config.json: those of its files, or drawn at random. */
export interface ModelFolder extends ModelConfig {
  /**
   * What there is, buffers left out, by canonical name: the base model's tensors without the base prefix, with
   * `LayerNorm.weight` and `.bias` for `gamma` and `beta`, and those of heads (`classifier.weight`) as they are called.
   */
  readonly tensors: ReadonlyMap<string, Pick<FileTensor, 'dtype' | 'shape'>>;
  /** Tensors of a pooler that the files lack; all others of the base model are there. */
  readonly missing: readonly string[];
  /** SHA-256 in hexadecimal: which weights an adapter was trained on. */
  hash(): Promise<string>;
  /** Size of the weight files; 0 where there is none. */
  readonly sizeBytes: number;
  /** Reads tensors by canonical name, as float32. @throws UserError for one that does not hold floats. */
  load(names: Iterable<string>): Promise<HostTensors>;
}

/** Where a tensor stands: the file and its name there. */
interface Source {
  readonly header: SafetensorsHeader;
  readonly rawName: string;
  readonly tensor: FileTensor;
}

/** Reads config.json alone. @throws UserError for a folder without one, or for a model that this version does not know. */
export async function readModelConfig(dir: string): Promise<ModelConfig> {
  if ((await listFolder(dir)).length === 0) throw emptyFolder(dir);
  const file = await findFile(dir, 'config.json');
  if (file === undefined) throw missingFile(join(dir, 'config.json'));
  const config = await readJsonObject(file, LARGEST_CONFIG);
  try {
    const architecture = findArchitecture(config.model_type);
    return { dir, config, architecture, shape: architecture.readConfig(config) };
  } catch (error) {
    throw error instanceof UserError ? configFault(dir, error) : error;
  }
}

/**
 * Reads config.json and the headers of the weight files, single or sharded.
 * @throws UserError as `readModelConfig` and `readHeader` do, for weights in pickle files alone, for shards that do not
 * match their index, and for base tensors that are missing (the pooler's may be), of another shape, or not floats.
 */
export async function openModelFolder(dir: string): Promise<ModelFolder> {
  const model = await readModelConfig(dir);
  const weights = await readWeightHeaders(dir);
  const sources = new Map<string, Source>();
  for (const [rawName, header] of weights) {
    const name = canonicalName(rawName, model.architecture.basePrefix);
    if (model.architecture.isBuffer(name)) continue;
    const other = sources.get(name);
    if (other !== undefined) throw sameTensorTwice(dir, other.rawName, rawName);
    sources.set(name, { header, rawName, tensor: header.tensors.get(rawName)! });
  }
  const headers = [...new Set(weights.values())];
  return {
    ...model,
    tensors: new Map([...sources].map(([name, { tensor }]) => [name, tensor])),
    missing: checkBaseTensors(model, sources),
    hash: () => hashWeights(headers.map(({ file }) => file)),
    sizeBytes: headers.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
    load: (names) => load(sources, names),
  };
}

/** Real files differ in prefix (none in bare models) and, from TensorFlow's days, in the names of LayerNorm's parameters. */
function canonicalName(rawName: string, basePrefix: string): string {
  const name = rawName.startsWith(basePrefix) ? rawName.slice(basePrefix.length) : rawName;
  return name.replace(/LayerNorm\.gamma$/, 'LayerNorm.weight').replace(/LayerNorm\.beta$/, 'LayerNorm.bias');
}

/** The tensors of a pooler that are missing. @throws UserError for any other fault. */
function checkBaseTensors(
  { dir, architecture, shape }: ModelConfig,
  sources: ReadonlyMap<string, Source>,
): string[] {
  const missing: string[] = [];
  for (const expected of architecture.tensors(shape)) {
    const source = sources.get(expected.name);
    if (source === undefined) missing.push(expected.name);
    else {
      const { tensor, rawName, header } = source;
      if (!sameShape(tensor.shape, expected.shape))
        throw wrongShape(header.file, rawName, expected.shape, tensor.shape);
      expectFloats(source);
    }
  }
  const needed = missing.filter((name) => !architecture.sequenceHead.ofBase.includes(name));
  if (needed.length > 0)
    throw missingTensors(
      dir,
      needed,
      [...sources.values()].map(({ rawName }) => rawName),
    );
  return missing;
}

async function load(sources: ReadonlyMap<string, Source>, names: Iterable<string>): Promise<HostTensors> {
  const canonicalNames = new Map<SafetensorsHeader, Map<string, string>>(); // by raw name
  for (const name of names) {
    const source = sources.get(name) ?? internal(`no tensor ${name} in the model folder`);
    expectFloats(source);
    const ofFile = canonicalNames.get(source.header) ?? new Map<string, string>();
    canonicalNames.set(source.header, ofFile.set(source.rawName, name));
  }
  const tensors: HostTensors = new Map();
  for (const [header, ofFile] of canonicalNames) {
    for (const [rawName, tensor] of await readTensors(header, ofFile.keys()))
      tensors.set(ofFile.get(rawName)!, tensor);
  }
  return tensors;
}

function expectFloats({ tensor, rawName, header }: Source): void {
  if (!floatDtypes.has(tensor.dtype))
    throw unsupportedDtype(header.file, rawName, 'F32, F16 or BF16', tensor.dtype);
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
