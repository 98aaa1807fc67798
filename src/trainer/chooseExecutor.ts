import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fixed } from '../core/display.ts';
import { isJsonObject } from '../core/json.ts';
import { computesOn, ruledOut } from '../engine/devices.ts';
import type { ExecutorId } from '../engine/executor.ts';
import { nvidiaReport } from '../engine/nvidiaSmi.ts';
import { executors, resolveExecutor } from '../engine/registry.ts';
import { ownCache, thisMachine } from '../facts/machineSpeed.ts';
import { writeJson } from '../files/atomicWrite.ts';
import type { Configuration } from '../recipe/recipe.ts';
import { writeResolved } from '../recipe/resolved.ts';
import type { Trial } from './trial.ts';
import { tryExecutor } from './tryExecutor.ts';

/** What `auto` came to mean, and why. */
export interface Choice {
  readonly executor: ExecutorId;
  readonly reason: string;
}

export interface ChooseOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
  /** Told before something is measured, which takes seconds. */
  readonly onMeasure?: (candidates: readonly ExecutorId[]) => void;
  readonly attempt?: typeof tryExecutor;
  /** Those that are neither the processor's own nor the slow reference. */
  readonly candidates?: readonly ExecutorId[];
  readonly ruledOut?: typeof ruledOut;
}

const processor = resolveExecutor('auto');

/** Slow and plain, for tests. */
const others = (Object.keys(executors) as ExecutorId[]).filter(
  (id) => id !== processor && id !== 'reference',
);

/** Names the executor that `auto` is to mean, where that must not depend on the machine. */
const OVERRIDE = 'PEFT_WORKBENCH_AUTO';

/**
 * The fastest executor that works here, by a few steps of the experiment's first configuration on each, in processes of their own. With
 * nothing beside the processor nothing is started. What was measured is kept for this machine, version, driver and shape of step.
 */
export async function chooseExecutor(
  configuration: Configuration,
  seed: number,
  options: ChooseOptions,
): Promise<Choice> {
  const { env, signal, onMeasure, attempt = tryExecutor, candidates = others } = options;
  const named = env[OVERRIDE];
  if (named !== undefined && Object.hasOwn(executors, named))
    return { executor: named as ExecutorId, reason: `${OVERRIDE} names it` };

  const out = new Map<ExecutorId, string>();
  for (const id of candidates) {
    const why = (options.ruledOut ?? ruledOut)(id, env);
    if (why !== undefined) out.set(id, why);
  }
  let left = candidates.filter((id) => !out.has(id));
  if (left.length === 0) return { executor: processor, reason: onlyOne(out) };

  const key = await keyOf(configuration, env, candidates);
  const kept = (await readKept(env))[key];
  if (kept !== undefined) return kept;

  onMeasure?.([...left, processor]);
  const recipe = writeResolved(configuration, seed);
  const seconds = new Map<ExecutorId, number>();
  const measure = async (id: ExecutorId) => {
    const trial = await attempt(id, recipe, { env, signal });
    const why = faultIn(trial);
    if (why === undefined) seconds.set(id, (trial as { secondsPerStep: number }).secondsPerStep);
    else out.set(id, why);
  };
  for (const id of left) await measure(id);
  left = left.filter((id) => seconds.has(id));
  // Nothing to compare it with.
  if (left.length === 0) return { executor: processor, reason: onlyOne(out) };

  await measure(processor);
  const ranked = [...seconds].sort((a, b) => a[1] - b[1]);
  const [[executor]] = ranked;
  const times = ranked.map(([id, each]) => `${id} ${fixed(each, 3)} s a step`);
  const choice = { executor, reason: [...times, ...reasons(out)].join('; ') };
  await keep(env, key, choice);
  return choice;
}

function faultIn(trial: Trial): string | undefined {
  if (!trial.works) return trial.fault.replace(/\s+/g, ' ');
  if (trial.isEmulated === true) return `${trial.device} is software, slower than the processor itself`;
  return trial.secondsPerStep === undefined ? 'it gave no step' : undefined;
}

const reasons = (out: ReadonlyMap<ExecutorId, string>) => [...out].map(([id, why]) => `${id}: ${why}`);
const onlyOne = (out: ReadonlyMap<ExecutorId, string>) =>
  ['nothing else works here', ...reasons(out)].join('; ');

/** Of whatever makes a step faster or slower: machine, driver, program, model, methods, sizes. */
async function keyOf(
  configuration: Configuration,
  env: NodeJS.ProcessEnv,
  candidates: readonly ExecutorId[],
): Promise<string> {
  const { model, revision, weights, methods, task, training } = configuration;
  const usesCards = candidates.some((id) => computesOn(id, env) === 'graphics card');
  const nvidia = usesCards ? await nvidiaReport(env) : undefined;
  const cards = nvidia && 'cards' in nvidia ? nvidia.cards.map(({ name, driver }) => [name, driver]) : [];
  const parts = {
    machine: thisMachine('', env),
    visible: env.CUDA_VISIBLE_DEVICES,
    cards,
    candidates,
    step: [
      [model, revision, weights, task],
      methods.map(({ id, fields }) => [id, fields]),
      [training.per_device_train_batch_size, training.gradient_accumulation_steps, training.model_dtype],
      [training.optim, training.train_sampling_strategy],
    ],
  };
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** Newest last; older ones are forgotten. */
const KEPT = 100;

const keptFile = (env: NodeJS.ProcessEnv) => join(ownCache(env), 'executors.json');

async function readKept(env: NodeJS.ProcessEnv): Promise<Record<string, Choice>> {
  try {
    const value: unknown = JSON.parse(await readFile(keptFile(env), 'utf8'));
    const entries = isJsonObject(value) && isJsonObject(value.choices) ? Object.entries(value.choices) : [];
    return Object.fromEntries(entries.flatMap(([key, choice]) => (isChoice(choice) ? [[key, choice]] : [])));
  } catch {
    return {}; // not measured yet, or none of ours
  }
}

async function keep(env: NodeJS.ProcessEnv, key: string, choice: Choice): Promise<void> {
  const file = keptFile(env);
  const entries = Object.entries({ ...(await readKept(env)), [key]: choice }).slice(-KEPT);
  await mkdir(dirname(file), { recursive: true });
  await writeJson(file, { choices: Object.fromEntries(entries) });
}

function isChoice(value: unknown): value is Choice & Record<string, never> {
  return (
    isJsonObject(value) &&
    typeof value.reason === 'string' &&
    typeof value.executor === 'string' &&
    Object.hasOwn(executors, value.executor)
  );
}
