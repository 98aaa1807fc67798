import { realpath } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import type { RecipePlace } from '../facts/gather.ts';
import { isWithin } from '../files/within.ts';
import { cacheRoot } from '../hub/environment.ts';
import { referencesIn } from '../recipe/references.ts';
import { readYaml } from '../recipe/yamlDocument.ts';

/**
 * Whether what is known of a recipe may depend on one of the files, there or not: its data, what lies in its model's folder, the hub's
 * cache. Links that it names are followed.
 */
export async function readsAny(
  text: string,
  { recipeDir, env }: RecipePlace,
  files: readonly string[],
): Promise<boolean> {
  const { root } = readYaml(text);
  if (root?.kind !== 'map') return false;
  const references = referencesIn(root);
  const named = references.flatMap((reference) => {
    if (reference.kind === 'places') return [];
    return [resolve(recipeDir, reference.kind === 'file' ? reference.file : reference.model.model)];
  });
  const targets = await Promise.all(named.map((path) => realpath(path).catch(() => path)));
  const paths = new Set([...named, ...targets]);
  if (files.some((file) => paths.has(file) || paths.has(dirname(file)))) return true;
  if (!references.some(({ kind }) => kind === 'model')) return false;
  const cached = await Promise.all(files.map((file) => isWithin(file, [cacheRoot(env)])));
  return cached.includes(true);
}
