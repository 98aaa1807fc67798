import { readFile } from 'node:fs/promises';
import { cpus, homedir } from 'node:os';
import { join } from 'node:path';
import type { Environment } from '../core/environment.ts';
import manifest from '../../package.json' with { type: 'json' };
import { threadCount } from '../engine/threads.ts';
import type { MeasuredStep } from '../plan/stepSeconds.ts';

/** What `measure` found out about a machine, and of which machine that holds: speed.json. */
export interface MachineSpeed extends Machine {
  readonly steps: readonly (MeasuredStep & { readonly name: string })[];
}

interface Machine {
  readonly format: 1;
  /** Of this program. */
  readonly version: string;
  readonly processor: string;
  readonly threads: number;
  /** Id of what computed. */
  readonly executor: string;
}

/** As measured; undefined where this machine was not, by this version, or the file is none of ours. */
export async function readMachineSpeed(env: Environment): Promise<MachineSpeed | undefined> {
  const text = await readFile(speedFile(env), 'utf8').catch(() => 'null');
  const found = parsed(text) as Partial<MachineSpeed> | null | undefined;
  if (!found || typeof found !== 'object' || !isMeasured(found.steps)) return undefined;
  const here = Object.entries(thisMachine(found.executor ?? '', env));
  return here.every(([key, value]) => found[key as keyof Machine] === value)
    ? (found as MachineSpeed)
    : undefined;
}

export function thisMachine(executor: string, env: Environment): Machine {
  return {
    format: 1,
    version: manifest.version,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    threads: threadCount(env),
    executor,
  };
}

export function speedFile(env: Environment): string {
  return join(ownCache(env), 'speed.json');
}

/** Ours in the folder where this system keeps what programs can make anew. */
export function ownCache(env: Environment): string {
  return join(cacheFolder(env), 'peft-workbench');
}

function cacheFolder(env: Environment): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || env.USERPROFILE || homedir();
  if (process.platform === 'win32') return join(home, 'AppData', 'Local');
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches') : join(home, '.cache');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMeasured(steps: unknown): boolean {
  return Array.isArray(steps) && steps.length > 0 && steps.every(isMeasuredStep);
}

function isMeasuredStep(value: unknown): value is MeasuredStep {
  const { seconds, work } = (value ?? {}) as Partial<MeasuredStep>;
  const kinds = ['products', 'pointwise', 'written', 'nodes'] as const;
  return isPositive(seconds) && kinds.every((kind) => isPositive(work?.[kind]));
}

function isPositive(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) > 0;
}
