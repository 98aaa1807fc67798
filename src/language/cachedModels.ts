import { readModelConfig } from '../checkpoints/modelFolder.ts';
import { UserError } from '../core/errors.ts';
import { sizeOf } from '../core/tensor.ts';
import type { Environment } from '../core/environment.ts';
import { listCachedModels } from '../hub/cache.ts';
import { cacheRoot } from '../hub/environment.ts';
import type { CachedModelInfo } from '../protocol/language.ts';

/** The models in the hub's cache; parameters are counted from config.json. */
export async function cachedModels(env: Environment): Promise<CachedModelInfo[]> {
  const found = await listCachedModels(cacheRoot(env));
  return Promise.all(
    found.map(async ({ id, commit, dir }) => ({ id, revision: commit, dir, ...(await sizeIn(dir)) })),
  );
}

async function sizeIn(dir: string): Promise<Pick<CachedModelInfo, 'architecture' | 'parameters'>> {
  try {
    const { architecture, shape } = await readModelConfig(dir);
    const parameters = architecture.tensors(shape).reduce((sum, tensor) => sum + sizeOf(tensor.shape), 0);
    return { architecture: architecture.id, parameters };
  } catch (error) {
    if (error instanceof UserError) return {};
    throw error;
  }
}
