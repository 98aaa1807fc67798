import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { recordedAt, setupFolders } from './setupPlace.ts';

/** What binds TensorFlow to Node, that for graphics adapters first. */
export const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node'] as const;

/** A package folder, and who named it. */
export interface PackagePlace {
  readonly dir: string;
  readonly namedBy: 'setting' | 'setup' | 'installation';
}

/** `PEFT_WORKBENCH_TENSORFLOW`, a folder of the user's own; else what `setup` recorded; else what is installed beside this program. */
export function findPackage(env: Environment): PackagePlace | undefined {
  const own = env.PEFT_WORKBENCH_TENSORFLOW;
  // Where it leads to nothing it is an error, not a reason to take another.
  if (own) return { dir: packageIn(own) ?? own, namedBy: 'setting' };
  for (const folder of setupFolders(env)) {
    const dir = recordedAt(recordFile(folder));
    if (dir !== undefined) return { dir, namedBy: 'setup' };
  }
  const dir = installed();
  return dir === undefined ? undefined : { dir, namedBy: 'installation' };
}

/** The package in a folder, which is its own or that of an installation with `node_modules`. */
export function packageIn(folder: string): string | undefined {
  const candidates = [folder, ...packages.map((name) => join(folder, 'node_modules', name))];
  return candidates.find((dir) => packages.some((name) => name === manifestOf(dir)?.name));
}

/** Where `setup` writes down the folder of the package, in one line. */
export function recordFile(folder: string): string {
  return join(folder, 'tensorflow.path');
}

export function manifestOf(dir: string): { readonly name?: unknown; readonly version?: unknown } | undefined {
  try {
    return JSON.parse(readFileSync(join(dir, 'package.json'), 'utf8')) as { name?: unknown };
  } catch {
    return undefined; // no package
  }
}

function installed(): string | undefined {
  const { resolve } = createRequire(import.meta.url);
  for (const name of packages) {
    try {
      return dirname(resolve(`${name}/package.json`));
    } catch {
      // Not this one.
    }
  }
  return undefined;
}
