import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/core/json.ts';

const folder = join(import.meta.dirname, '../fixtures/configs');

/** Models of the hub whose sizes are public: what their config.json says of the model. */
export const publicModels = [
  'bert-base-uncased',
  'bert-large-uncased',
  'roberta-base',
  'roberta-large',
  'distilbert-base-uncased',
  'all-MiniLM-L6-v2',
  'gpt2',
  'gpt2-medium',
] as const;

export type PublicModel = (typeof publicModels)[number];

export function publicConfig(model: PublicModel): JsonObject {
  return JSON.parse(readFileSync(join(folder, `${model}.json`), 'utf8')) as JsonObject;
}
