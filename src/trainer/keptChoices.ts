import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { messageOf } from '../core/errors.ts';
import { isJsonObject } from '../core/json.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { executors } from '../engine/registry.ts';
import { ownCache } from '../facts/machineSpeed.ts';
import { writeJson } from '../files/atomicWrite.ts';

/** What `auto` came to mean, and why. */
export interface Choice {
  readonly executor: ExecutorId;
  readonly reason: string;
}

/** An entry of executors.json in the user's cache folder. */
interface Kept extends Choice {
  /** Of what the choice depends on. */
  readonly key: string;
  /** Milliseconds since 1970 from which it holds no more. */
  readonly until: number;
}

/** The newest; older ones are forgotten. */
const MOST = 100;

/** What was chosen under a key, while that holds. */
export async function keptChoice(env: NodeJS.ProcessEnv, key: string): Promise<Choice | undefined> {
  const found = (await readKept(env)).find((kept) => kept.key === key);
  return found && { executor: found.executor, reason: found.reason };
}

/** Keeps a choice for `holdsMs`, and gives it back. A cache that cannot be written is no reason not to train. */
export async function keep(
  env: NodeJS.ProcessEnv,
  { key, executor, reason, holdsMs }: Choice & { readonly key: string; readonly holdsMs: number },
  { onUnkept }: { onUnkept?: (why: string) => void },
): Promise<Choice> {
  const file = keptFile(env);
  const kept: Kept = { key, executor, reason, until: Date.now() + holdsMs };
  try {
    const others = (await readKept(env)).filter((other) => other.key !== key);
    await mkdir(dirname(file), { recursive: true });
    await writeJson(file, { choices: [...others, kept].slice(-MOST) });
  } catch (error) {
    onUnkept?.(`${file}: ${messageOf(error)}`);
  }
  return { executor, reason };
}

const keptFile = (env: NodeJS.ProcessEnv) => join(ownCache(env), 'executors.json');

/** Those that hold still, newest last. */
async function readKept(env: NodeJS.ProcessEnv): Promise<Kept[]> {
  try {
    const value: unknown = JSON.parse(await readFile(keptFile(env), 'utf8'));
    const choices: readonly unknown[] =
      isJsonObject(value) && Array.isArray(value.choices) ? value.choices : [];
    return choices.filter(isKept).filter(({ until }) => until > Date.now());
  } catch {
    return []; // not measured yet, or none of ours
  }
}

function isKept(value: unknown): value is Kept {
  return (
    isJsonObject(value) &&
    typeof value.key === 'string' &&
    typeof value.reason === 'string' &&
    typeof value.until === 'number' &&
    typeof value.executor === 'string' &&
    Object.hasOwn(executors, value.executor)
  );
}
