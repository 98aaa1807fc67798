import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../core/environment.ts';

/** Folder of the cached repositories: `HF_HUB_CACHE`, or `hub` in `HF_HOME`, or in `XDG_CACHE_HOME`/huggingface. */
export function cacheRoot(env: Environment): string {
  return expand(env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(hubHome(env), 'hub'), env);
}

/** Address of the hub, without a slash at its end: `HF_ENDPOINT`, a mirror, or huggingface.co. */
export function endpointOf(env: Environment): string {
  return (env.HF_ENDPOINT || 'https://huggingface.co').replace(/\/+$/, '');
}

/** The user's token: `HF_TOKEN`, or what `hf auth login` stored. */
export async function tokenOf(env: Environment): Promise<string | undefined> {
  if (env.HF_TOKEN) return env.HF_TOKEN.trim();
  const path = expand(env.HF_TOKEN_PATH || join(hubHome(env), 'token'), env);
  const stored = await readFile(path, 'utf8').catch(() => '');
  return stored.trim() || undefined;
}

function hubHome(env: Environment): string {
  return expand(env.HF_HOME || join(env.XDG_CACHE_HOME || '~/.cache', 'huggingface'), env);
}

/** `~` and `$NAME` or `${NAME}`; an unknown name stays as it is. */
export function expand(path: string, env: Environment): string {
  return path
    .replace(/^~(?=$|[\\/])/, () => env.HOME || env.USERPROFILE || homedir())
    .replace(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (all, bare?: string, braced?: string) => env[bare ?? braced ?? ''] ?? all,
    );
}
