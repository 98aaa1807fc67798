import { resolve } from 'node:path';
import type { Environment } from '../core/environment.ts';
import { expand } from '../hub/environment.ts';

const PLACES = [
  'HF_HOME',
  'HF_HUB_CACHE',
  'HUGGINGFACE_HUB_CACHE',
  'XDG_CACHE_HOME',
  'XDG_DATA_HOME',
  'PEFT_WORKBENCH_DATA',
  'PEFT_WORKBENCH_ONNXRUNTIME',
  'PEFT_WORKBENCH_TENSORFLOW',
];

/**
 * The folders that a user named, as absolute paths: processes that get this environment work in other folders, and do not get what a `$NAME`
 * in a path stands for.
 */
export function absolutePlaces(env: Environment, cwd: string): Record<string, string> {
  const named = PLACES.filter((name) => env[name]);
  return Object.fromEntries(named.map((name) => [name, resolve(cwd, expand(env[name]!, env))]));
}
