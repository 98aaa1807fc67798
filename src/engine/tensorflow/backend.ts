import { createRequire } from 'node:module';
import util from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { messageOf } from '../../core/errors.ts';
import type { Environment } from '../../core/environment.ts';
import { tensorflowEnvironment } from '../tensorflowEnvironment.ts';
import { findPackage, manifestOf } from '../tensorflowPackage.ts';
import { packageBroken, packageMissing } from './errors.ts';

/** The name under which the package registers its backend and kernels. */
export const TENSORFLOW = 'tensorflow';

export interface LoadedBackend {
  /** Whether it computes on a graphics adapter. */
  readonly isOnDevice: boolean;
  /** Of the package, and of TensorFlow itself. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Loads the package, which registers its backend with TensorFlow.js; once a process. @throws UserError where it is missing or broken */
export function loadBackend(env: Environment): LoadedBackend {
  return (loaded ??= load(env));
}

let loaded: LoadedBackend | undefined;

/** The part of the package's backend that is used here. */
interface NodeBackend extends tf.KernelBackend {
  readonly isUsingGpuDevice: boolean;
  readonly binding: { readonly TF_Version: string };
}

function load(env: Environment): LoadedBackend {
  const place = findPackage(env);
  if (place === undefined) throw packageMissing();
  restoreUtil();
  // In a thread this is a copy that native code does not see; there the starter of the process has set it.
  Object.assign(process.env, tensorflowEnvironment(env));
  // Its own copy of TensorFlow.js registers kernels and gradients that are there already, and says so of each.
  tf.enableProdMode();
  const before = tf.getBackend() as string | undefined;
  try {
    createRequire(import.meta.url)(place.dir);
    const backend = tf.findBackend(TENSORFLOW) as NodeBackend | null;
    if (backend === null) throw new Error('a package that registers no backend');
    const { name, version } = manifestOf(place.dir) as { name: string; version: string };
    return {
      isOnDevice: backend.isUsingGpuDevice,
      versions: { [name]: version, tensorflow: backend.binding.TF_Version },
    };
  } catch (error) {
    throw packageBroken(place.dir, messageOf(error).split('\n')[0]);
  } finally {
    if (before) tf.setBackend(before);
  }
}

/** The package calls two functions that Node 23 has removed. */
function restoreUtil(): void {
  const removed = util as { isNullOrUndefined?: unknown; isArray?: unknown };
  removed.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  removed.isArray ??= (value: unknown) => Array.isArray(value);
}
