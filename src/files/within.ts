import { realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';

/**
 * Whether a path leads into one of the folders, by its words and with every link followed; anywhere where `folders` is
 * absent. What is not there is where its words say.
 */
export async function isWithin(path: string, folders: readonly string[] | undefined): Promise<boolean> {
  if (folders === undefined) return true;
  if (!folders.some((folder) => contains(resolve(folder), resolve(path)))) return false;
  const [target, ...roots] = await Promise.all([path, ...folders].map(real));
  return target === undefined || roots.some((root) => root !== undefined && contains(root, target));
}

const real = (path: string) => realpath(path).catch(() => undefined);

function contains(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '..' && !/^\.\.[\\/]/.test(rest) && !isAbsolute(rest);
}
