import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { findSnapshot } from './cache.ts';
import { cacheRoot } from './environment.ts';
import { modelFolderMissing, modelNotCached, notAModel, notARevision } from './errors.ts';
import { isModelId, isModelPath, isRevision } from '../core/modelId.ts';

export interface ModelPlace {
  /** Folder of the recipe. */
  readonly recipeDir: string;
  readonly revision?: string;
  readonly env: Environment;
}

/**
 * The folder that a recipe's `model` means: a path if it starts with `./`, `../` or `/` or names a folder beside the
 * recipe, else a hub id in the cache. Never downloads. @throws UserError that names the remedy
 */
export async function resolveModel(model: string, { recipeDir, revision, env }: ModelPlace): Promise<string> {
  const path = resolve(recipeDir, model);
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return path;
  if (isModelPath(model)) {
    throw modelFolderMissing(model, path, found ? 'a file' : 'nothing');
  }
  if (!isModelId(model)) throw notAModel(model);
  if (revision !== undefined && !isRevision(revision)) throw notARevision(revision);
  const root = cacheRoot(env);
  const snapshot = await findSnapshot(root, model, revision);
  if (snapshot === undefined) throw modelNotCached(model, revision, root);
  return snapshot;
}
