import { stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { UserError } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import type { ModelShape } from '../models/architecture.ts';
import { listFolder } from './files.ts';
import { openModelFolder, readModelConfig, type ModelFolder } from './modelFolder.ts';
import { openRandomModel } from './randomModel.ts';
import { loadTokenizer, type Tokenizer } from './tokenizer.ts';

/** What `check` and `plan` know of a model folder: configuration and headers, no weights. */
export interface ModelFacts {
  readonly config: JsonObject;
  readonly architectureId: string;
  readonly shape: ModelShape;
  /** Absent where the folder has no usable weights. */
  readonly weights?: Pick<ModelFolder, 'tensors' | 'missing' | 'sizeBytes'>;
  /** Absent where the folder has no usable tokenizer. */
  readonly tokenizer?: Pick<Tokenizer, 'vocabularySize' | 'maxLength'>;
  /** Why weights or tokenizer are absent: what training would stop at. */
  readonly faults: readonly UserError[];
}

/** Reads a model folder's facts, anew only when one of its files has changed. @throws UserError where config.json is unusable. */
export async function readModelFacts(dir: string, weights?: 'random'): Promise<ModelFacts> {
  const key = JSON.stringify([resolve(dir), weights]);
  const version = await versionOf(dir);
  const kept = cache.get(key);
  if (kept?.version === version) return kept.facts;
  const facts = await gather(dir, weights);
  cache.set(key, { version, facts });
  return facts;
}

const cache = new Map<string, { readonly version: string; readonly facts: ModelFacts }>();

async function gather(dir: string, given: 'random' | undefined): Promise<ModelFacts> {
  const { config, architecture, shape } = await readModelConfig(dir);
  const [weights, tokenizer] = await Promise.all([
    orFault(given === 'random' ? openRandomModel(dir, 0) : openModelFolder(dir)), // no weight is drawn here
    orFault(loadTokenizer(dir, shape.vocabularySize)),
  ]);
  return {
    config,
    architectureId: architecture.id,
    shape,
    ...(weights instanceof UserError ? {} : { weights: weightFacts(weights) }),
    ...(tokenizer instanceof UserError ? {} : { tokenizer: tokenizerFacts(tokenizer) }),
    faults: [weights, tokenizer].filter((outcome) => outcome instanceof UserError),
  };
}

const weightFacts = ({ tensors, missing, sizeBytes }: ModelFolder) => ({ tensors, missing, sizeBytes });
const tokenizerFacts = ({ vocabularySize, maxLength }: Tokenizer) => ({ vocabularySize, maxLength });

async function orFault<T>(reading: Promise<T>): Promise<T | UserError> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
}

/** Changes whenever a file of the folder does. */
async function versionOf(dir: string): Promise<string> {
  const files = (await listFolder(dir)).filter((name) => /\.(json|safetensors)$/.test(name));
  const states = files.map(async (name) => {
    try {
      const { mtimeMs, size } = await stat(join(dir, name));
      return `${name} ${mtimeMs} ${size}`;
    } catch {
      return name; // a link that leads nowhere: whoever reads the file says so
    }
  });
  return (await Promise.all(states)).join('\n');
}
